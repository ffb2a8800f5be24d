using System.Collections.Immutable;

namespace Mesh.Cli.Api;

/// <summary>The clients of the server.</summary>
internal sealed record ClientsAnswer(ImmutableArray<ClientEntry> Clients);

/// <summary>One client and how far it follows.</summary>
internal sealed record ClientEntry
{
    public required string Id { get; init; }

    public string? Service { get; init; }

    public string? Namespace { get; init; }

    public string? Version { get; init; }

    public string? Locality { get; init; }

    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    public string? Protocol { get; init; }

    public string? Profile { get; init; }

    public DateTimeOffset? ConnectedAt { get; init; }

    public ImmutableArray<ResourceEntry> Resources { get; init; } = [];

    public ImmutableArray<GapEntry> Gaps { get; init; } = [];

    public int Count(string state) => Resources.Count(resource => resource.State == state);
}

/// <summary>What a client has of one resource.</summary>
internal sealed record ResourceEntry(
    string Type, string Name, string? Version, string State, string? Error, DateTimeOffset? SentAt, DateTimeOffset? AckedAt);

/// <summary>A rule that a client cannot honour.</summary>
internal sealed record GapEntry(string Service, string? Path, string Message);
