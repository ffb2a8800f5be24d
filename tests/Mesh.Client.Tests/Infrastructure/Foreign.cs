using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Resources as control planes send them that are not ours.</summary>
internal static class Foreign
{
    public static string NameOf(IMessage resource) => resource switch
    {
        Wire.Listener listener => listener.Name,
        Wire.RouteConfiguration routes => routes.Name,
        Wire.Cluster cluster => cluster.Name,
        Wire.ClusterLoadAssignment endpoints => endpoints.ClusterName,
        _ => throw new ArgumentOutOfRangeException(nameof(resource)),
    };

    /// <summary>A listener, routes with one cluster for all, the cluster and its endpoint: all that a service takes.</summary>
    public static IMessage[] Service(string listener, string cluster, params string[] addresses) =>
        [.. Cluster(cluster, addresses), Listener(listener, $"routes-{listener}"), Routes($"routes-{listener}", [listener], To(cluster))];

    public static IMessage[] Cluster(string name, params string[] addresses) => [Eds(name), Endpoints($"endpoints-{name}", addresses)];

    public static Wire.Listener Listener(string name, string routes)
    {
        Wire.HttpConnectionManager manager = new()
        {
            Rds = new() { ConfigSource = new() { Ads = new() }, RouteConfigName = routes },
            HttpFilters = { new Wire.HttpFilter { Name = "router", TypedConfig = Any.Pack(new Wire.Router()) } },
        };
        return new() { Name = name, ApiListener = new() { ApiListener_ = Any.Pack(manager) } };
    }

    public static Wire.RouteConfiguration Routes(string name, string[] domains, params Wire.Route[] routes)
    {
        Wire.VirtualHost host = new() { Name = "host" };
        host.Domains.Add(domains);
        host.Routes.Add(routes);
        return new() { Name = name, VirtualHosts = { host } };
    }

    public static Wire.Route To(string cluster, string prefix = "/") => new() { Match = new() { Prefix = prefix }, Route_ = new() { Cluster = cluster } };

    public static Wire.Route Split(params (string Cluster, uint Weight)[] shares)
    {
        Wire.WeightedCluster weighted = new();
        weighted.Clusters.Add(shares.Select(share => new Wire.WeightedCluster.Types.ClusterWeight { Name = share.Cluster, Weight = share.Weight }));
        return new() { Match = new() { Prefix = "/" }, Route_ = new() { WeightedClusters = weighted } };
    }

    public static Wire.Cluster Eds(string name) => new()
    {
        Name = name,
        Type = Wire.Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new() { EdsConfig = new() { Ads = new() }, ServiceName = $"endpoints-{name}" },
    };

    public static Wire.Cluster Aggregate(string name, params string[] clusters)
    {
        Wire.ClusterConfig config = new();
        config.Clusters.Add(clusters);
        return new()
        {
            Name = name,
            LbPolicy = Wire.Cluster.Types.LbPolicy.ClusterProvided,
            ClusterType = new() { Name = "envoy.clusters.aggregate", TypedConfig = Any.Pack(config) },
        };
    }

    public static Wire.ClusterLoadAssignment Endpoints(string name, params string[] addresses) => EndpointsCodec.Encode(name, null, new MeshService
    {
        Endpoints = [.. addresses.Select(address => new MeshEndpoint { Host = address.Split(':')[0], Port = int.Parse(address.Split(':')[1]) })],
    }, ClientProfile.Grpc).Message;
}
