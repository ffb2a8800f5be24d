using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mesh.Cli.Api;

/// <summary>The clients of the server.</summary>
internal sealed record ClientsAnswer(DateTimeOffset Time, ImmutableArray<ClientEntry> Clients);

/// <summary>One client and how far it follows.</summary>
internal sealed record ClientEntry
{
    /// <summary>The full name of what does not say of which service it is.</summary>
    public const string Nameless = "-";

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

    public string? Sync { get; init; }

    public DateTimeOffset? BehindSince { get; init; }

    public NackEntry? LastNack { get; init; }

    public ImmutableArray<ResourceEntry> Resources { get; init; } = [];

    public ImmutableArray<GapEntry> Gaps { get; init; } = [];

    [JsonIgnore]
    public string FullName => string.IsNullOrEmpty(Service) ? Nameless : Namespace is { Length: > 0 } space ? $"{Service}.{space}" : Service;

    [JsonIgnore]
    public bool IsBehind => Sync == "behind";

    public int Count(string state) => Resources.Count(resource => resource.State == state);
}

/// <summary>What a client has of one resource.</summary>
internal sealed record ResourceEntry(
    string Type, string Name, string? Version, string State, string? Error, DateTimeOffset? SentAt, DateTimeOffset? AckedAt);

/// <summary>What a client refused last.</summary>
internal sealed record NackEntry(string Type, string Reason, DateTimeOffset At);

/// <summary>A rule that a client cannot honour.</summary>
/// <param name="Service">Whose rule it is; <c>*</c>: nobody's, it is the way in which the client asks.</param>
/// <param name="Path">Where in the service's document.</param>
/// <param name="Message">What becomes of it.</param>
internal sealed record GapEntry(string Service, string? Path, string Message)
{
    [JsonIgnore]
    public bool IsOfService => Service != "*";
}
