namespace Mesh.ConfigServer.Xds;

/// <summary>A resource that a client wants, and how far it has come with it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">As the client asks for it.</param>
/// <param name="Version">What was sent last; null: nothing.</param>
/// <param name="AcknowledgedVersion">What the client took last; null: nothing.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Error">Why it was refused, or why it cannot be sent.</param>
/// <param name="SentAt">When <paramref name="Version"/> was sent.</param>
/// <param name="AcknowledgedAt">When the client took something last.</param>
/// <param name="Content">What the client has, as far as this stream has sent it.</param>
internal sealed record ResourceStatus(
    ResourceType Type,
    string Name,
    string? Version,
    string? AcknowledgedVersion,
    ResourceState State,
    string? Error,
    DateTimeOffset? SentAt,
    DateTimeOffset? AcknowledgedAt,
    XdsResource? Content)
{
    /// <summary>Since when the client was sent what it has neither taken nor refused; null: it owes no answer.</summary>
    public DateTimeOffset? PendingSince { get; init; }
}
