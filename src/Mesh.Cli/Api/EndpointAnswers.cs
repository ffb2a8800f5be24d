using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mesh.ConfigServer.Registry;
using Mesh.Model;

namespace Mesh.Cli.Api;

/// <summary>Where services are called.</summary>
internal sealed record EndpointsAnswer(DateTimeOffset Time, ImmutableArray<ServiceEntry> Services)
{
    /// <summary>Where a service is called; without a name, all are.</summary>
    /// <exception cref="ToolException">The server cannot be reached, or refuses.</exception>
    public static Task<EndpointsAnswer> AskAsync(MeshApi api, ServiceName? name, CancellationToken cancellationToken) =>
        api.GetAsync<EndpointsAnswer>(
            name is null ? "api/v1/endpoints"
                : $"api/v1/endpoints?service={Uri.EscapeDataString(name.Name)}&namespace={Uri.EscapeDataString(name.Namespace)}",
            cancellationToken);

    /// <summary>Those that are in no document.</summary>
    [JsonIgnore]
    public IReadOnlyList<EndpointEntry> Registered =>
        [.. Services.SelectMany(service => service.Registered)];

    /// <summary>The same, if no service had a document.</summary>
    [JsonIgnore]
    public EndpointsAnswer WithoutDocuments => this with
    {
        Services =
        [
            .. Services.Where(service => !service.HasDocument || service.EmptySince is not null || service.Registered.Any())
                .Select(service => service with { Endpoints = [.. service.Registered] }),
        ],
    };

    [JsonIgnore]
    public KnownServices Known => new(Services.Select(service => new ServiceName(service.Service, service.Namespace)));
}

/// <summary>Where a service is called.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Namespace">And where.</param>
/// <param name="HasDocument">False: it is known for its instances alone.</param>
/// <param name="Endpoints">Null: nobody says, and clients find them in their own sources.</param>
/// <param name="EmptySince">Since when no instance is left; null: some are, or none was lately.</param>
/// <param name="Comings">Instances that came in the last five minutes.</param>
/// <param name="Goings">Instances that went in that time.</param>
/// <param name="HiddenBy">The service whose document has this name among its hosts, so that calls go there; null: none has.</param>
internal sealed record ServiceEntry(
    string Service, string Namespace, bool HasDocument, ImmutableArray<EndpointEntry>? Endpoints, DateTimeOffset? EmptySince, int Comings,
    int Goings, string? HiddenBy = null)
{
    [JsonIgnore]
    public string FullName => $"{Service}.{Namespace}";

    /// <summary>Those that are in no document.</summary>
    [JsonIgnore]
    public IEnumerable<EndpointEntry> Registered => (Endpoints ?? []).Where(endpoint => endpoint.Origin == "registered");

    /// <summary>None, whoever says so.</summary>
    [JsonIgnore]
    public bool IsEmpty => Endpoints is { IsEmpty: true };

    /// <summary>Its instances come and go more often than any rollout has them.</summary>
    [JsonIgnore]
    public bool IsFlapping => RecentChanges.AreFlapping(Comings, Goings, Instances);

    private int Instances => (Endpoints ?? []).Select(endpoint => endpoint.Instance).OfType<string>().Distinct().Count();
}

/// <summary>An address of a service.</summary>
internal sealed record EndpointEntry
{
    public required string Address { get; init; }

    public required string State { get; init; }

    public required string Origin { get; init; }

    /// <summary>Why it is unhealthy; null: it is not, or nobody says.</summary>
    public string? Reason { get; init; }

    public string? Instance { get; init; }

    public DateTimeOffset? RegisteredAt { get; init; }

    public DateTimeOffset? LastHeard { get; init; }

    public string? Owner { get; init; }

    public string? UserAgent { get; init; }

    public string? Version { get; init; }

    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    public string? Locality { get; init; }

    public int Weight { get; init; }

    public int Priority { get; init; }

    public string? Protocols { get; init; }

    /// <summary>Null: nobody says.</summary>
    public string? Tls { get; init; }

    /// <summary>What tells which subsets it is in.</summary>
    public MeshEndpoint ToModel() =>
        new() { Host = Address, Port = 0, Version = Version, Labels = Maps.Empty.SetItems(Labels ?? Maps.Empty) };
}
