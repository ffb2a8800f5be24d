using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;
using static Mesh.Model.Tests.Xds.ForeignClusters;
using static Mesh.Model.Xds.Wire.CircuitBreakers.Types;
using static Mesh.Model.Xds.Wire.Cluster.Types;

namespace Mesh.Model.Tests.Xds;

/// <summary>Clusters of other control planes that are understood.</summary>
public sealed class ForeignClustersTests
{
    [Fact]
    public void What_a_server_does_not_say_is_as_the_settings_have_it()
    {
        XdsCluster cluster = Wires.Good(ClusterCodec.Decode(Good()));

        Assert.Equal("c1", cluster.EndpointsName);
        Assert.Equal(
            Wires.Dump(new MeshService { Name = "c1", LoadBalancing = new() { Policy = BalancingPolicy.RoundRobin } }), Wires.Dump(cluster.Settings));
    }

    [Fact]
    public void Limits_that_are_none_stay_none()
    {
        Wire.Cluster cluster = Good();
        cluster.CircuitBreakers = Limits(new Thresholds { MaxConnections = uint.MaxValue, MaxRequests = uint.MaxValue, MaxPendingRequests = 0, MaxRetries = uint.MaxValue });

        Assert.Equal(
            new CircuitBreakerSettings { MaxConnections = int.MaxValue, MaxRequests = int.MaxValue, MaxPendingRequests = 0, MaxRetries = int.MaxValue },
            Wires.Good(ClusterCodec.Decode(cluster)).Settings.CircuitBreaker);
    }

    [Theory]
    [InlineData(LbPolicy.RoundRobin, BalancingPolicy.RoundRobin, 2)]
    [InlineData(LbPolicy.Random, BalancingPolicy.Random, 2)]
    [InlineData(LbPolicy.LeastRequest, BalancingPolicy.LeastRequest, 5)]
    internal void A_balancer_has_a_name(LbPolicy name, BalancingPolicy policy, int choices)
    {
        Wire.Cluster cluster = Good();
        (cluster.LbPolicy, cluster.LeastRequestLbConfig) = (name, new() { ChoiceCount = 5 });

        Assert.Equal(new() { Policy = policy, ChoiceCount = choices }, Wires.Good(ClusterCodec.Decode(cluster)).Settings.LoadBalancing);
    }

    [Theory]
    [InlineData(LbPolicy.RingHash)]
    [InlineData(LbPolicy.Maglev)]
    internal void Hashes_do_not_choose(LbPolicy name)
    {
        Wire.Cluster cluster = Good();
        cluster.LbPolicy = name;

        Decoded<XdsCluster> decoded = ClusterCodec.Decode(cluster);

        Assert.Equal(new LoadBalancingSettings(), decoded.Value!.Settings.LoadBalancing);
        Assert.Equal(["lb_policy"], decoded.Warnings.Select(warning => warning.Path));
    }

    [Fact]
    public void The_first_balancer_that_is_known_wins_over_the_name()
    {
        Wire.Cluster cluster = Good();
        cluster.LbPolicy = LbPolicy.Maglev;
        cluster.LoadBalancingPolicy = List(new Wire.RingHash(), new Wire.LeastRequest { ChoiceCount = 99 }, new Wire.RoundRobin());

        Assert.Equal(
            new() { Policy = BalancingPolicy.LeastRequest, ChoiceCount = LoadBalancingSettings.MaxChoiceCount },
            Wires.Good(ClusterCodec.Decode(cluster)).Settings.LoadBalancing);
    }

    [Fact]
    public void Lists_in_lists_without_end_are_refused()
    {
        Wire.LoadBalancingPolicy list = List(new Wire.RoundRobin());
        for (int i = 0; i < 60; i++)
        {
            list = List(new Wire.WrrLocality { EndpointPickingPolicy = list });
        }

        Wire.Cluster cluster = Good();
        cluster.LoadBalancingPolicy = list;

        Assert.Single(Wires.Faults(ClusterCodec.Decode(cluster)));
    }

    [Fact]
    public void An_aggregate_names_clusters_in_order()
    {
        Wire.Cluster cluster = new() { Name = "a", ClusterType = Aggregate("b", "c"), LbPolicy = LbPolicy.ClusterProvided };

        XdsCluster decoded = Wires.Good(ClusterCodec.Decode(Wires.Sent(cluster)));

        Assert.Equal(XdsClusterKind.Aggregate, decoded.Kind);
        Assert.Equal(["b", "c"], decoded.Clusters);
    }

    [Theory]
    [InlineData("a.example", EndpointLookup.Addresses)]
    [InlineData("10.0.0.1", EndpointLookup.None)]
    internal void A_cluster_by_dns_has_one_endpoint(string host, EndpointLookup lookup)
    {
        Wire.Cluster cluster = new() { Name = "a", Type = DiscoveryType.LogicalDns, LoadAssignment = new() { Endpoints = { new Wire.LocalityLbEndpoints() } } };
        cluster.LoadAssignment.Endpoints[0].LbEndpoints.Add(
            new Wire.LbEndpoint { Endpoint = new() { Address = new() { SocketAddress = new() { Address = host, PortValue = 80 } } } });

        MeshEndpoint endpoint = Wires.Good(ClusterCodec.Decode(cluster)).Endpoint!;

        Assert.Equal((host, 80, lookup), (endpoint.Host, endpoint.Port, endpoint.Lookup));
    }

    [Fact]
    public void Certificates_in_files_are_understood_in_either_form()
    {
        Wire.Cluster cluster = Good();
        Tls(common =>
        {
            common.TlsCertificates.Add(Certificate());
            common.CombinedValidationContext = new()
            {
                DefaultValidationContext = new()
                {
                    TrustedCa = new() { Filename = "ca.pem" },
                    MatchSubjectAltNames = { new Wire.StringMatcher { Exact = "spiffe://td/a" }, new Wire.StringMatcher { Exact = "A.example", IgnoreCase = true } },
                },
            };
        })(cluster);

        Assert.Equal(
            Wires.Dump(new MeshService
            {
                Tls = new() { CaCertificates = "ca.pem", ClientCertificate = "c.pem", PrivateKey = "k.pem", SubjectAltNames = ["spiffe://td/a", "A.example"] },
            }),
            Wires.Dump(new MeshService { Tls = Wires.Good(ClusterCodec.Decode(Wires.Sent(cluster))).Settings.Tls }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer")]
    public void Plain_text_is_no_security(string? type)
    {
        Wire.Cluster cluster = Good();
        cluster.TransportSocket = new() { Name = "envoy.transport_sockets.raw_buffer", TypedConfig = type is null ? null : new() { TypeUrl = type } };
        cluster.TransportSocketMatches.Add([new TransportSocketMatch(), new TransportSocketMatch { TransportSocket = cluster.TransportSocket }]);

        Assert.Null(Wires.Good(ClusterCodec.Decode(Wires.Sent(cluster))).Settings.Tls);
    }

    [Fact]
    public void A_default_does_not_contradict_what_is_given()
    {
        Wire.Cluster cluster = Good();
        cluster.OutlierDetection = new() { BaseEjectionTime = new() { Seconds = 90 } };
        Assert.Equal(TimeSpan.FromSeconds(90), Wires.Good(ClusterCodec.Decode(cluster)).Settings.OutlierDetection.MaxEjectionTime);

        cluster.OutlierDetection = new() { MaxEjectionTime = new() { Nanos = 500_000_000 } };
        Assert.Equal(TimeSpan.FromMilliseconds(500), Wires.Good(ClusterCodec.Decode(cluster)).Settings.OutlierDetection.BaseEjectionTime);
    }

    [Fact]
    public void What_is_left_out_without_harm_is_a_warning()
    {
        Wire.Cluster cluster = Good();
        cluster.OutlierDetection = new() { EnforcingSuccessRate = 100, EnforcingConsecutiveGatewayFailure = 100 };
        cluster.HealthChecks.Add([new Wire.HealthCheck { TcpHealthCheck = Wire.HealthCheck.Types.TcpHealthCheck.Parser.ParseFrom([10, 0]) }, new Wire.HealthCheck()]);

        Assert.Equal(
            ["outlier_detection", "outlier_detection.consecutive_gateway_failure", "health_checks[1]", "health_checks[0].tcp_health_check"],
            ClusterCodec.Decode(cluster).Warnings.Select(warning => warning.Path));
    }

    [Fact]
    public void Words_of_somebody_else_are_left_alone()
    {
        Wire.Cluster cluster = Good();
        cluster.Metadata = new() { TypedFilterMetadata = { ["mesh"] = Any.Pack(new Wire.Node { Id = "n" }), ["other"] = new() { TypeUrl = "?" } } };

        Wires.Good(ClusterCodec.Decode(cluster));
    }
}
