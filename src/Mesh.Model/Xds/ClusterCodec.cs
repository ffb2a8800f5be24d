using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>A service's cluster, or that of a subset: how its endpoints are called.</summary>
internal static class ClusterCodec
{
    /// <param name="fullName">The service's full name.</param>
    /// <param name="subset">Null: all its endpoints.</param>
    /// <param name="service">Its rules and endpoints.</param>
    /// <param name="profile">Who is to read it.</param>
    /// <param name="born">The generation in which the service came.</param>
    public static Encoded<Wire.Cluster> Encode(string fullName, string? subset, MeshService service, ClientProfile profile, long born = 0)
    {
        Wire.Cluster cluster = new() { Name = XdsNames.Cluster(fullName, subset) };
        ClusterMessages messages = new(cluster, new());
        BalancingCodec.Encode(service.LoadBalancing, messages, profile);
        CircuitBreakerCodec.Encode(service.CircuitBreaker, service.RetryBudget, messages);
        if (profile is ClientProfile.Grpc)
        {
            ClusterKindCodec.Encode(GrpcEndpoints.Of(service, subset).ByDns, XdsNames.Endpoints(cluster.Name, born), cluster);
            OutlierDetectionCodec.EncodeForGrpc(service.OutlierDetection, cluster);
            cluster.TransportSocket = GrpcTls.Encode(service, subset);
            return new(cluster, GrpcClusterGaps.Of(service));
        }

        ClusterKindCodec.Encode(byDns: null, cluster.Name, cluster);
        OutlierDetectionCodec.Encode(service.OutlierDetection, messages);
        HealthCheckCodec.Encode(service.HealthCheck, messages);
        TlsCodec.Encode(service.Tls, messages);
        SubsetsCodec.Encode(subset is null ? service.Subsets : Maps.Of<MeshSubset>(), messages.Extra);
        messages.Extra.EndpointsElsewhere = service.Endpoints is null;
        cluster.Metadata = MeshMetadata.Pack(messages.Extra);
        return new(cluster, ImmutableArray<CapabilityGap>.Empty);
    }

    /// <summary>What a server does not say is as the settings have it by default, whatever the default of other clients.</summary>
    public static Decoded<XdsCluster> Decode(Wire.Cluster cluster)
    {
        XdsField at = XdsField.Resource();
        if (cluster.Name.Length == 0)
        {
            at["name"].Fault("A cluster has a name.");
        }

        if (WireValues.OrNull(cluster.LbSubsetConfig ?? new()) is not null)
        {
            at["lb_subset_config"].Fault("Endpoints are not chosen by metadata: subsets are clusters of their own.");
        }

        ClusterMessages messages = new(cluster, MeshMetadata.Unpack<Wire.MeshClusterMetadata>(cluster.Metadata, at));
        XdsCluster? kind = ClusterKindCodec.Decode(cluster, at);
        MeshService settings = new()
        {
            Name = cluster.Name,
            Subsets = SubsetsCodec.Decode(messages.Extra),
            LoadBalancing = BalancingCodec.Decode(messages, at),
            CircuitBreaker = CircuitBreakerCodec.Decode(cluster, at),
            RetryBudget = RetryBudgetCodec.Decode(messages, at),
            OutlierDetection = OutlierDetectionCodec.Decode(messages, at),
            HealthCheck = HealthCheckCodec.Decode(messages, at),
            Tls = TlsCodec.Decode(messages, at),
        };
        return at.Decoded(kind is null ? null : kind with { EndpointsElsewhere = messages.Extra.EndpointsElsewhere, Settings = settings });
    }
}
