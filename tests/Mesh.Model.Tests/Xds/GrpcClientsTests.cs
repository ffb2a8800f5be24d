using System.Collections.Immutable;
using CsCheck;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>What gRPC clients are sent, and told that they cannot do.</summary>
public sealed class GrpcClientsTests
{
    private const string Name = "catalog.shop";

    private static readonly MeshEndpoint s_one = new() { Host = "10.0.0.1", Port = 80 };
    private static readonly MeshEndpoint s_name = new() { Host = "catalog.internal", Port = 8080 };

    [Fact]
    public void Whatever_the_endpoints_no_rule_of_theirs_is_broken() => ClustersGenerator.Service.Sample(
        service =>
        {
            Wire.ClusterLoadAssignment message = Wires.Sent(EndpointsCodec.Encode(Name, null, service, ClientProfile.Grpc).Message);

            List<Wire.SocketAddress> addresses = [.. message.Endpoints.SelectMany(place => place.LbEndpoints).Select(one => one.Endpoint.Address.SocketAddress)];
            Assert.All(addresses, address => Assert.True(System.Net.IPAddress.TryParse(address.Address, out _)));
            Assert.Equal(addresses.Count, addresses.Distinct().Count());
            Assert.All(message.Endpoints, place => Assert.True(place.Locality is not null && place.LoadBalancingWeight > 0));
            Assert.Equal(message.Endpoints.Count, message.Endpoints.Select(place => (place.Priority, place.Locality)).Distinct().Count());
            List<uint> priorities = [.. message.Endpoints.Select(place => place.Priority).Distinct()];
            Assert.Equal(Enumerable.Range(0, priorities.Count).Select(priority => (uint)priority), priorities);
        },
        iter: 500);

    [Fact]
    public void Where_security_is_in_force_nothing_goes_out_in_plain_text() => ClustersGenerator.Service.Sample(
        service =>
        {
            bool isSecured = (service.Tls is { } tls && tls.ModeInForce() != TlsMode.Disabled)
                || service.Endpoints!.Value.Any(endpoint => endpoint.Tls is not null and not TlsMode.Disabled);
            Encoded<Wire.ClusterLoadAssignment> endpoints = EndpointsCodec.Encode(Name, null, service, ClientProfile.Grpc);
            Wire.Cluster cluster = ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc).Message;

            bool isTls = cluster.TransportSocket is not null;
            Assert.True(!isSecured || isTls || (endpoints.Message.Endpoints.Count == 0 && cluster.LoadAssignment is null));
            Assert.True(!isSecured || isTls || Assert.Single(endpoints.Gaps).Path.EndsWith("tls", StringComparison.Ordinal));
        },
        iter: 500);

    [Fact]
    public void Where_no_endpoints_are_given_they_find_none_and_it_is_said()
    {
        Encoded<Wire.ClusterLoadAssignment> encoded = EndpointsCodec.Encode(Name, null, new MeshService(), ClientProfile.Grpc);

        Assert.Empty(encoded.Message.Endpoints);
        Assert.Equal(["endpoints"], encoded.Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void Of_processes_that_take_the_mesh_s_TLS_they_get_those_that_take_plain_text_too()
    {
        MeshEndpoint permissive = s_one with { Tls = TlsMode.Mesh, TakesPlainText = true, SpiffeId = "spiffe://m/ns/shop/sa/catalog" };
        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(permissive, permissive with { Port = 81, TakesPlainText = false });

        Assert.Equal((uint)permissive.Port, Assert.Single(Assert.Single(encoded.Message.Endpoints).LbEndpoints).Endpoint.Address.SocketAddress.PortValue);
        CapabilityGap gap = Assert.Single(encoded.Gaps);
        Assert.Equal("endpoints:1", gap.Path);
        Assert.Contains("takes TLS of the mesh alone", gap.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, null, "spiffe://m/ns/shop/sa/catalog")]
    [InlineData(true, false, null, null)]
    [InlineData(false, false, TlsMode.Mesh, "spiffe://m/ns/shop/sa/catalog")]
    [InlineData(true, true, TlsMode.Disabled, null)]
    public void Where_all_take_the_mesh_s_TLS_alone_or_the_rules_say_so_they_call_by_it(bool isFirstStrict, bool isSecondStrict, object? mode, string? name)
    {
        MeshEndpoint one = s_one with { Tls = TlsMode.Mesh, TakesPlainText = !isFirstStrict, SpiffeId = "spiffe://m/ns/shop/sa/catalog" };
        MeshService service = new()
        {
            Endpoints = [one, one with { Port = 81, TakesPlainText = !isSecondStrict }], Tls = mode is TlsMode said ? new TlsSettings { Mode = said } : null,
        };

        Wire.TransportSocket? socket = ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc).Message.TransportSocket;

        Assert.Equal(name is not null, socket is not null);
        if (socket is not null)
        {
            Wire.CommonTlsContext context = socket.TypedConfig.Unpack<Wire.UpstreamTlsContext>().CommonTlsContext;
            Assert.Equal("default", context.TlsCertificateProviderInstance.InstanceName);
            Assert.Equal([name], context.ValidationContext.MatchSubjectAltNames.Select(matcher => matcher.Exact));
            Assert.Equal(2, EndpointsCodec.Encode(Name, null, service, ClientProfile.Grpc).Message.Endpoints.Sum(place => place.LbEndpoints.Count));
        }
    }

    [Fact]
    public void Where_nobody_says_who_the_server_is_they_get_none_rather_than_anybody()
    {
        MeshService service = new() { Endpoints = [s_one], Tls = new() { Mode = TlsMode.Mesh } };

        Assert.Null(ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc).Message.TransportSocket);
        Assert.Empty(EndpointsCodec.Encode(Name, null, service, ClientProfile.Grpc).Message.Endpoints);
    }

    [Fact]
    public void An_endpoint_with_security_of_its_own_takes_the_others_with_it()
    {
        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(s_one, s_one with { Port = 81, Tls = TlsMode.Simple });

        Assert.Empty(encoded.Message.Endpoints);
        Assert.Equal(["endpoints:1:tls"], encoded.Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void Security_that_is_off_keeps_nothing_back()
    {
        MeshService service = new() { Tls = new() { Mode = TlsMode.Disabled }, Endpoints = [s_one with { Tls = TlsMode.Disabled }] };

        Assert.Single(EndpointsCodec.Encode(Name, null, service, ClientProfile.Grpc).Message.Endpoints);
    }

    [Fact]
    public void An_endpoint_that_takes_https_alone_is_left_out()
    {
        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(s_one with { Scheme = EndpointScheme.Https }, s_one with { Port = 81, Scheme = EndpointScheme.Http });

        Assert.Equal(["10.0.0.1:81"], Sent(encoded));
        Assert.Equal(["endpoints:0"], encoded.Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void Names_among_several_are_left_out_and_localhost_is_an_address()
    {
        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(
            s_name,
            s_one with { Host = "LOCALHOST" },
            s_name with { Lookup = EndpointLookup.Addresses },
            s_name with { Host = "_http._tcp.a.b", Port = 0, Lookup = EndpointLookup.Services });

        Assert.Equal(["127.0.0.1:80"], Sent(encoded));
        Assert.Equal(["endpoints:0", "endpoints:2", "endpoints:3"], encoded.Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void An_address_is_sent_once()
    {
        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(s_one with { Host = "127.0.0.1" }, s_one with { Host = "localhost", Weight = 5 });

        Assert.Equal(["127.0.0.1:80"], Sent(encoded));
        Assert.Equal(1u, encoded.Message.Endpoints[0].LoadBalancingWeight);
        Assert.Equal(["endpoints:1"], encoded.Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void Priorities_count_from_zero_without_those_that_are_left_out()
    {
        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(
            s_name, s_one with { Host = "10.0.0.3", Priority = 9 }, s_one with { Priority = 4 });

        Assert.Equal(["10.0.0.1:80", "10.0.0.3:80"], Sent(encoded));
        Assert.Equal([0u, 1u], encoded.Message.Endpoints.Select(place => place.Priority));
    }

    [Theory]
    [InlineData(EndpointLookup.None)]
    [InlineData(EndpointLookup.Addresses)]
    internal void The_only_endpoint_may_be_a_name(EndpointLookup lookup)
    {
        MeshService service = new() { Endpoints = [s_name with { Lookup = lookup, Weight = 3, Priority = 2 }] };

        XdsCluster cluster = Wires.Good(ClusterCodec.Decode(Wires.Sent(ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc).Message)));
        Encoded<Wire.ClusterLoadAssignment> endpoints = EndpointsCodec.Encode(Name, null, service, ClientProfile.Grpc);

        Assert.Equal(XdsClusterKind.LogicalDns, cluster.Kind);
        Assert.Null(cluster.EndpointsName);
        Assert.Equal("dns:///catalog.internal:8080", cluster.Endpoint!.Address);
        Assert.Empty(endpoints.Message.Endpoints);
        Assert.Empty(endpoints.Gaps);
    }

    [Fact]
    public void A_service_in_dns_cannot_be_the_only_endpoint()
    {
        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(s_name with { Port = 0, Lookup = EndpointLookup.Services });

        Assert.Empty(encoded.Message.Endpoints);
        Assert.Equal(["endpoints:0"], encoded.Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void Weights_within_a_place_are_named()
    {
        MeshEndpoint elsewhere = s_one with { Host = "10.0.1.1", Locality = new() { Zone = "b" }, Weight = 7 };

        Encoded<Wire.ClusterLoadAssignment> encoded = Encode(
            s_one, elsewhere, s_one with { Port = 81, Weight = 2 }, elsewhere with { Port = 81 },
            s_one with { Port = 82, Weight = 3, Priority = 1 });

        Assert.Equal(["endpoints:2:weight"], encoded.Gaps.Select(gap => gap.Path));
        Assert.Equal(5, Sent(encoded).Count());
        Assert.Equal([3u, 14u, 3u], encoded.Message.Endpoints.Select(place => place.LoadBalancingWeight));
    }

    [Theory]
    [InlineData(10, "policy")]
    [InlineData(11, "policy choiceCount")]
    public void The_least_loaded_of_many_is_not_what_all_of_them_take(int choices, string gaps)
    {
        MeshService service = new()
        {
            LoadBalancing = new() { Policy = BalancingPolicy.LeastRequest, ChoiceCount = choices },
            OutlierDetection = new() { ConsecutiveErrors = 0 },
        };

        Assert.Equal(
            gaps.Split(' ').Select(gap => "loadBalancing:" + gap),
            ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc).Gaps.Select(gap => gap.Path));
    }

    [Theory]
    [InlineData(1024, 1024, false)]
    [InlineData(5, 0, false)]
    [InlineData(5, 1024, true)]
    [InlineData(1024, 5, true)]
    public void Calls_that_would_wait_in_the_mesh_fail_with_them(int requests, int waiting, bool isNamed)
    {
        MeshService service = new() { CircuitBreaker = new() { MaxRequests = requests, MaxPendingRequests = waiting } };

        Assert.Equal(
            isNamed, ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc).Gaps.Any(gap => gap.Path == "circuitBreaker"));
    }

    [Fact]
    public void Rules_that_they_do_not_know_are_named()
    {
        MeshService service = new()
        {
            LoadBalancing = new() { Policy = BalancingPolicy.Random, PanicThreshold = 10 },
            OutlierDetection = new() { ConsecutiveErrors = 3 },
            CircuitBreaker = new() { MaxRetries = 1 },
            RetryBudget = new() { Percent = 1 },
            HealthCheck = new() { Tcp = true },
        };

        Encoded<Wire.Cluster> encoded = ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc);

        Assert.Equal(
            ["loadBalancing:policy", "loadBalancing:panicThreshold", "outlierDetection", "circuitBreaker", "retryBudget", "healthCheck"],
            encoded.Gaps.Select(gap => gap.Path));
        Assert.Empty(encoded.Message.HealthChecks);
    }

    [Fact]
    public void What_nobody_asked_for_is_no_gap() =>
        Assert.Empty(ClusterCodec.Encode(Name, null, new MeshService(), ClientProfile.Grpc).Gaps);

    [Fact]
    public void Rules_that_they_know_are_not_named()
    {
        MeshService service = new()
        {
            LoadBalancing = new() { Policy = BalancingPolicy.RoundRobin },
            CircuitBreaker = new() { MaxRequests = 5, MaxPendingRequests = 0 },
            OutlierDetection = new() { ConsecutiveErrors = 0 },
        };

        Encoded<Wire.Cluster> encoded = ClusterCodec.Encode(Name, null, service, ClientProfile.Grpc);

        Assert.Empty(encoded.Gaps);
        Assert.Equal(5u, Assert.Single(encoded.Message.CircuitBreakers.Thresholds).MaxRequests);
        Assert.Null(encoded.Message.OutlierDetection);
    }

    [Fact]
    public void Their_own_ejection_is_not_switched_on() =>
        Assert.Equal(0u, ClusterCodec.Encode(Name, null, new(), ClientProfile.Grpc).Message.OutlierDetection.EnforcingSuccessRate);

    [Theory]
    [InlineData(BalancingPolicy.PeakEwma, "WrrLocality[RoundRobin]")]
    [InlineData(BalancingPolicy.RoundRobin, "WrrLocality[RoundRobin]")]
    [InlineData(BalancingPolicy.LeastRequest, "WrrLocality[LeastRequest RoundRobin]")]
    [InlineData(BalancingPolicy.Random, "Random WrrLocality[RoundRobin]")]
    internal void Every_list_of_balancers_ends_in_one_that_all_know(BalancingPolicy policy, string expected)
    {
        Assert.Equal(expected, Written(ClientProfile.Grpc));
        Assert.Equal(policy is BalancingPolicy.PeakEwma ? "MeshPeakEwma " + expected : expected, Written(ClientProfile.Mesh));

        string Written(ClientProfile profile) =>
            Names(ClusterCodec.Encode(Name, null, new() { LoadBalancing = new() { Policy = policy } }, profile).Message.LoadBalancingPolicy);
    }

    private static string Names(Wire.LoadBalancingPolicy list) => string.Join(' ', list.Policies.Select(policy =>
    {
        Google.Protobuf.WellKnownTypes.Any config = policy.TypedExtensionConfig.TypedConfig;
        return config.TypeUrl.Split('.')[^1]
            + (config.TryUnpack(out Wire.WrrLocality byPlace) ? $"[{Names(byPlace.EndpointPickingPolicy)}]" : "");
    }));

    private static Encoded<Wire.ClusterLoadAssignment> Encode(params ImmutableArray<MeshEndpoint> endpoints) =>
        EndpointsCodec.Encode(Name, null, new() { Endpoints = endpoints }, ClientProfile.Grpc);

    private static IEnumerable<string> Sent(Encoded<Wire.ClusterLoadAssignment> encoded) =>
        encoded.Message.Endpoints.SelectMany(place => place.LbEndpoints)
            .Select(one => $"{one.Endpoint.Address.SocketAddress.Address}:{one.Endpoint.Address.SocketAddress.PortValue}");
}
