namespace Mesh.ConfigServer.Certificates;

/// <summary>Where the authority is kept, and what it issues.</summary>
internal sealed record AuthoritySettings
{
    /// <summary>No certificate lives shorter: a clock that is off would make it worthless.</summary>
    public static TimeSpan ShortestLifetime { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Holds root and issuer.</summary>
    public required string Directory { get; init; }

    /// <summary>Null: as it was, or named after the root.</summary>
    public string? TrustDomain { get; init; }

    /// <summary>An authority of the operator's, with those above it up to the root; null: a root is made.</summary>
    public string? CaCertificate { get; init; }

    /// <summary>Its key.</summary>
    public string? CaKey { get; init; }

    /// <summary>What the keys are encrypted with; null: they are not.</summary>
    public string? PassphraseFile { get; init; }

    /// <summary>Of a certificate where its owner does not ask for another.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What an owner may ask for.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a new root is told of before it is used, even where everybody knows it: clients ask every five minutes.</summary>
    public TimeSpan RotationWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What messages call an option, by its name in code.</summary>
    public Func<string, string> NameOf { get; init; } = option => option;
}
