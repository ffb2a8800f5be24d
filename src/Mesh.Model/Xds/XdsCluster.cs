using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>What a cluster says: how its endpoints are called, and where they come from.</summary>
internal sealed record XdsCluster
{
    public required string Name { get; init; }

    public required XdsClusterKind Kind { get; init; }

    /// <summary>The resource that has the endpoints, of a cluster by EDS.</summary>
    public string? EndpointsName { get; init; }

    /// <summary>The one endpoint of a cluster by DNS.</summary>
    public MeshEndpoint? Endpoint { get; init; }

    /// <summary>The clusters that stand in for each other, of an aggregate, in order.</summary>
    public ImmutableArray<string> Clusters { get; init; } = [];

    /// <summary>The document does not say where the service runs: the client's other sources may know.</summary>
    public bool EndpointsElsewhere { get; init; }

    /// <summary>All but routes, hosts and endpoints.</summary>
    public required MeshService Settings { get; init; }
}

/// <summary>Where a cluster's endpoints come from.</summary>
internal enum XdsClusterKind
{
    Eds,
    LogicalDns,
    Aggregate,
}
