using System.Net;
using System.Text.Json;
using static Mesh.Model.Xds.Wire.Cluster;

namespace Mesh.Model.Xds;

/// <summary>Where a cluster's endpoints come from.</summary>
internal static class ClusterKindCodec
{
    private const string Aggregate = "envoy.clusters.aggregate";

    /// <param name="byDns">The one endpoint that the client finds by itself; null: they are a resource.</param>
    /// <param name="endpointsName">The resource that they are.</param>
    /// <param name="cluster">With its name.</param>
    public static void Encode(MeshEndpoint? byDns, string endpointsName, Wire.Cluster cluster)
    {
        if (byDns is null)
        {
            cluster.Type = Types.DiscoveryType.Eds;
            cluster.EdsClusterConfig = new() { EdsConfig = new() { Ads = new() }, ServiceName = endpointsName };
            return;
        }

        cluster.Type = Types.DiscoveryType.LogicalDns;
        cluster.LoadAssignment = new()
        {
            ClusterName = cluster.Name, Endpoints = { LocalityCodec.Encode([byDns], ClientProfile.Grpc) },
        };
    }

    /// <summary>With settings still to come; null after a fault.</summary>
    public static XdsCluster? Decode(Wire.Cluster cluster, XdsField at) => cluster switch
    {
        { ClusterDiscoveryTypeCase: ClusterDiscoveryTypeOneofCase.ClusterType } => DecodeAggregate(cluster, at["cluster_type"]),
        { Type: Types.DiscoveryType.Eds } => DecodeEds(cluster, at["eds_cluster_config"]),
        { Type: Types.DiscoveryType.LogicalDns } => DecodeDns(cluster, at["load_assignment"]),
        _ => Refuse(at["type"], $"{NameOf(cluster.Type)} is not supported; EDS, LOGICAL_DNS and aggregates are."),
    };

    private static XdsCluster? DecodeEds(Wire.Cluster cluster, XdsField at)
    {
        if (cluster.EdsClusterConfig?.EdsConfig is not { Ads: not null } and not { Self: not null })
        {
            return Refuse(at["eds_config"], "Endpoints come over the stream that the cluster came by: ads or self.");
        }

        string name = cluster.EdsClusterConfig.ServiceName;
        return Of(cluster, XdsClusterKind.Eds) with { EndpointsName = name.Length > 0 ? name : cluster.Name };
    }

    private static XdsCluster? DecodeDns(Wire.Cluster cluster, XdsField at)
    {
        if (cluster.LoadAssignment is not { Endpoints: [{ LbEndpoints: [Wire.LbEndpoint only] } place] })
        {
            return Refuse(at, "A cluster by DNS has exactly one endpoint.");
        }

        XdsField endpointAt = at["endpoints", 0]["lb_endpoints", 0];
        if (EndpointCodec.Decode(only, LocalityCodec.Decode(place.Locality), priority: 0, new(), endpointAt) is not { } endpoint)
        {
            return null;
        }

        EndpointLookup lookup = IPAddress.TryParse(endpoint.Host, out _) ? EndpointLookup.None : EndpointLookup.Addresses;
        return Of(cluster, XdsClusterKind.LogicalDns) with { Endpoint = endpoint with { Lookup = lookup } };
    }

    private static XdsCluster? DecodeAggregate(Wire.Cluster cluster, XdsField at)
    {
        if (cluster.ClusterType is not { Name: Aggregate, TypedConfig: { } packed } || !packed.Is(Wire.ClusterConfig.Descriptor))
        {
            return Refuse(at, $"'{cluster.ClusterType.Name}' is not supported; {Aggregate} is, with its own configuration.");
        }

        if (at["typed_config"].Unpack<Wire.ClusterConfig>(packed) is not { } aggregate)
        {
            return null;
        }

        return aggregate.Clusters.Count == 0 || aggregate.Clusters.Contains("")
            ? Refuse(at["typed_config"]["clusters"], "An aggregate names the clusters that stand in for each other.")
            : Of(cluster, XdsClusterKind.Aggregate) with { Clusters = [.. aggregate.Clusters] };
    }

    private static string NameOf(Types.DiscoveryType type) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(type.ToString());

    private static XdsCluster Of(Wire.Cluster cluster, XdsClusterKind kind) => new() { Name = cluster.Name, Kind = kind, Settings = new() };

    private static XdsCluster? Refuse(XdsField at, string message)
    {
        at.Fault(message);
        return null;
    }
}
