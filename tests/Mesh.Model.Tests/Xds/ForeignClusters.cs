using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Wire = Mesh.Model.Xds.Wire;
using static Mesh.Model.Xds.Wire.CircuitBreakers.Types;
using static Mesh.Model.Xds.Wire.Cluster.Types;

namespace Mesh.Model.Tests.Xds;

/// <summary>Clusters of other control planes, and parts of them.</summary>
internal static class ForeignClusters
{
    public static Wire.Cluster Good() =>
        new() { Name = "c1", Type = DiscoveryType.Eds, EdsClusterConfig = new() { EdsConfig = new() { Self = new() } } };

    public static Wire.CircuitBreakers Limits(params Thresholds[] thresholds) => new() { Thresholds = { thresholds } };

    public static Wire.HealthCheck Http(params Wire.Int64Range[] statuses) => new() { HttpHealthCheck = new() { Path = "/", ExpectedStatuses = { statuses } } };

    public static Wire.TlsCertificate Certificate() => new() { CertificateChain = new() { Filename = "c.pem" }, PrivateKey = new() { Filename = "k.pem" } };

    public static Wire.SubjectAltNameMatcher Typed(Wire.SubjectAltNameMatcher.Types.SanType type) => new() { SanType = type, Matcher = new() { Exact = "a@b" } };

    public static Wire.Metadata Ours(Wire.MeshClusterMetadata words) => new() { TypedFilterMetadata = { ["mesh"] = Any.Pack(words) } };

    public static CustomClusterType Aggregate(params string[] clusters) =>
        new() { Name = "envoy.clusters.aggregate", TypedConfig = Any.Pack(new Wire.ClusterConfig { Clusters = { clusters } }) };

    public static Action<Wire.Cluster> Trust(Action<Wire.CertificateValidationContext> change) => Tls(common =>
    {
        common.ValidationContext = new();
        change(common.ValidationContext);
    });

    public static Action<Wire.Cluster> Tls(Action<Wire.CommonTlsContext> change) => cluster =>
    {
        Wire.CommonTlsContext common = new();
        change(common);
        cluster.TransportSocket = new() { Name = "envoy.transport_sockets.tls", TypedConfig = Any.Pack(new Wire.UpstreamTlsContext { CommonTlsContext = common }) };
    };

    public static Wire.LoadBalancingPolicy List(params IMessage[] balancers)
    {
        Wire.LoadBalancingPolicy list = new();
        list.Policies.Add(balancers.Select(balancer => new Wire.LoadBalancingPolicy.Types.Policy { TypedExtensionConfig = new() { TypedConfig = Any.Pack(balancer) } }));
        return list;
    }

    public static Any Damaged<T>()
        where T : IMessage<T>, new() => new() { TypeUrl = Any.Pack(new T()).TypeUrl, Value = ByteString.CopyFrom(0x0a, 0x7f) };
}
