namespace Mesh.ConfigServer.Clients;

/// <summary>A resource that a client has asked for.</summary>
internal sealed record ClientResource
{
    /// <summary><c>listener</c>, <c>route</c>, <c>cluster</c> or <c>endpoints</c>.</summary>
    public required string Type { get; init; }

    public required string Name { get; init; }

    /// <summary>Of what was sent last; null: nothing was.</summary>
    public required string? Version { get; init; }

    /// <summary><c>synced</c>, <c>stale</c>, <c>nacked</c>, <c>requested</c> or <c>notFound</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why the client refused it.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? AckedAt { get; init; }
}
