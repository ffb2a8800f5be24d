using System.Collections.Immutable;

namespace Mesh.ConfigServer.Clients;

/// <summary>A client, and how far it is with what it has asked for.</summary>
internal sealed record MeshClientState
{
    /// <summary>As the client calls itself.</summary>
    public required string Id { get; init; }

    /// <summary>Null: it does not say.</summary>
    public required string? Service { get; init; }

    public required string? Namespace { get; init; }

    public required string? Version { get; init; }

    /// <summary>Where its connection comes from.</summary>
    public required string? Address { get; init; }

    /// <summary>Its software, with the version.</summary>
    public required string UserAgent { get; init; }

    /// <summary><c>sotw</c> or <c>delta</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary><c>mesh</c> or <c>grpc</c>: which rules it understands.</summary>
    public required string Profile { get; init; }

    public required DateTimeOffset ConnectedAt { get; init; }

    public required ImmutableArray<ClientResource> Resources { get; init; }

    /// <summary>Rules that it cannot follow.</summary>
    public required ImmutableArray<ClientGap> Gaps { get; init; }
}
