namespace Mesh.Client;

/// <summary>Who this process can prove to be.</summary>
public sealed class IdentityDescription
{
    /// <summary>Its name, as <c>spiffe://mesh/ns/default/sa/web</c>; null: it is nobody at the moment.</summary>
    public required string? Id { get; init; }

    /// <summary>The serial number of the certificate in force, in hexadecimal digits; null: there is none.</summary>
    public required string? Serial { get; init; }

    /// <summary>When the certificate ends, in UTC; null: there is none. It is renewed before half of its life is over.</summary>
    public required DateTimeOffset? NotAfter { get; init; }

    /// <summary>Where it comes from: a config server, or a folder.</summary>
    public required string Source { get; init; }

    /// <summary>Why there is none, or why it could not be renewed; null: all is well.</summary>
    public required string? Trouble { get; init; }
}
