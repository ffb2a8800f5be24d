using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;
using static Mesh.Model.Xds.Wire.ClusterLoadAssignment.Types.Policy.Types;

namespace Mesh.Model.Tests.Xds;

/// <summary>Endpoints of other control planes.</summary>
public sealed class ForeignEndpointsTests
{
    private const string First = "endpoints[0].lb_endpoints[0]";
    private const string Socket = First + ".endpoint.address.socket_address";

    /// <summary>The name of the case, what is done to a good endpoint, and the fault's path.</summary>
    private static readonly (string Name, Action<Wire.LbEndpoint> Change, string Path)[] s_faults =
    [
        ("no endpoint", e => e.ClearHostIdentifier(), Socket),
        ("no address", e => e.Endpoint.Address = null, Socket),
        ("no host", e => e.Endpoint.Address.SocketAddress.Address = "", Socket + ".address"),
        ("not a host", e => e.Endpoint.Address.SocketAddress.Address = "a b", Socket + ".address"),
        ("half an address", e => e.Endpoint.Address.SocketAddress.Address = "10.1", Socket + ".address"),
        ("no port", e => e.Endpoint.Address.SocketAddress.ClearPortSpecifier(), Socket + ".port_value"),
        ("port 0", e => e.Endpoint.Address.SocketAddress.PortValue = 0, Socket + ".port_value"),
        ("port 65536", e => e.Endpoint.Address.SocketAddress.PortValue = 65536, Socket + ".port_value"),
        ("a port's name", e => e.Endpoint.Address.SocketAddress.NamedPort = "http", Socket + ".port_value"),
        ("UDP", e => e.Endpoint.Address.SocketAddress.Protocol = Wire.SocketAddress.Types.Protocol.Udp, Socket + ".protocol"),
        ("weight 0", e => e.LoadBalancingWeight = 0, First + ".load_balancing_weight"),
        ("scheme of the future", e => e.Metadata = Ours(new() { Scheme = (Wire.MeshEndpointMetadata.Types.Scheme)3 }),
            First + ".metadata.typed_filter_metadata[mesh].scheme"),
        ("look-up of the future", e => e.Metadata = Ours(new() { Lookup = (Wire.MeshEndpointMetadata.Types.Lookup)(-1) }),
            First + ".metadata.typed_filter_metadata[mesh].lookup"),
        ("security of the future", e => e.Metadata = Ours(new() { Tls = (Wire.MeshTlsMode)9 }), First + ".metadata.typed_filter_metadata[mesh].tls"),
    ];

    public static TheoryData<string> Faults => [.. s_faults.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_cannot_be_called_is_refused_with_its_path(string name)
    {
        (_, Action<Wire.LbEndpoint> change, string path) = s_faults.Single(row => row.Name == name);
        Wire.LbEndpoint endpoint = Endpoint("10.0.0.1");
        change(endpoint);

        Assert.Equal([path], Wires.Faults(EndpointsCodec.Decode(Wires.Sent(Assignment(Place(1, endpoint))))));
    }

    [Fact]
    public void A_resource_has_a_name() =>
        Assert.Equal(["cluster_name"], Wires.Faults(EndpointsCodec.Decode(new())));

    [Fact]
    public void An_address_stands_once()
    {
        Wire.ClusterLoadAssignment message = Assignment(Place(1, Endpoint("::1")), Place(1, Endpoint("10.0.0.1"), Endpoint("0:0:0:0:0:0:0:1")));
        message.Endpoints[1].Priority = 1;

        Assert.Equal(["endpoints[1].lb_endpoints[1].endpoint.address"], Wires.Faults(EndpointsCodec.Decode(message)));
    }

    [Fact]
    public void A_place_stands_once_in_a_priority()
    {
        Wire.ClusterLoadAssignment message = Assignment(Place(1, Endpoint("10.0.0.1")), Place(1, Endpoint("10.0.0.2")));
        Assert.Equal(["endpoints[1].locality"], Wires.Faults(EndpointsCodec.Decode(message)));

        message.Endpoints[1].Priority = 1;
        Assert.Equal([0, 1], Wires.Good(EndpointsCodec.Decode(message)).Endpoints.Select(endpoint => endpoint.Priority));
    }

    [Fact]
    public void Priorities_end_somewhere()
    {
        Wire.ClusterLoadAssignment message = Assignment(Place(1, Endpoint("10.0.0.1")));
        message.Endpoints[0].Priority = uint.MaxValue;

        Assert.Equal(["endpoints[0].priority"], Wires.Faults(EndpointsCodec.Decode(message)));
    }

    [Theory]
    [InlineData(Wire.HealthStatus.Unknown, true)]
    [InlineData(Wire.HealthStatus.Healthy, true)]
    [InlineData(Wire.HealthStatus.Degraded, true)]
    [InlineData(Wire.HealthStatus.Unhealthy, false)]
    [InlineData(Wire.HealthStatus.Draining, false)]
    [InlineData(Wire.HealthStatus.Timeout, false)]
    [InlineData((Wire.HealthStatus)42, false)]
    internal void Those_that_are_well_are_called(Wire.HealthStatus status, bool isCalled)
    {
        Wire.LbEndpoint endpoint = Endpoint("10.0.0.1");
        endpoint.HealthStatus = status;

        Assert.Equal(isCalled ? 1 : 0, Wires.Good(EndpointsCodec.Decode(Assignment(Place(1, endpoint)))).Endpoints.Length);
    }

    [Fact]
    public void Endpoints_share_the_weight_of_their_place()
    {
        // 3 : 1 between the places, 1 : 2 in the first.
        Wire.ClusterLoadAssignment message = Assignment(
            Place(300, Endpoint("10.0.0.1"), Endpoint("10.0.0.2", 2)), Place(100, Endpoint("10.0.0.3", 7)), Place(5, Endpoint("10.0.0.4", 9)));
        message.Endpoints[1].Locality = new() { Zone = "b" };
        message.Endpoints[2].Priority = 1;

        // 100 : 200 : 100, and one that stands alone.
        Assert.Equal([500, 1000, 500, 1000], Weights(message));
    }

    [Fact]
    public void Weights_that_agree_stay_as_they_are()
    {
        Wire.ClusterLoadAssignment message = Assignment(Place(3, Endpoint("10.0.0.1"), Endpoint("10.0.0.2", 2)), Place(7, Endpoint("10.0.0.3", 7)));
        message.Endpoints[1].Locality = new() { Zone = "b" };

        Assert.Equal([1, 2, 7], Weights(message));
    }

    [Fact]
    public void The_lightest_still_counts_and_the_heaviest_is_no_heavier_than_documents_allow() =>
        Assert.Equal([1, 1000], Weights(Assignment(Place(null, Endpoint("10.0.0.1"), Endpoint("10.0.0.2", uint.MaxValue)))));

    [Fact]
    public void A_place_without_weight_is_left_out_where_others_have_one()
    {
        Wire.ClusterLoadAssignment message = Assignment(Place(1, Endpoint("10.0.0.1")), Place(null, Endpoint("10.0.0.2")), Place(0, Endpoint("10.0.0.3")));
        (message.Endpoints[1].Locality, message.Endpoints[2].Locality) = (new() { Zone = "b" }, new() { Zone = "c" });

        Decoded<XdsEndpoints> decoded = EndpointsCodec.Decode(message);

        Assert.Equal(["10.0.0.1"], decoded.Value!.Endpoints.Select(endpoint => endpoint.Host));
        Assert.Equal(["endpoints[1].load_balancing_weight"], decoded.Warnings.Select(warning => warning.Path));
    }

    [Fact]
    public void Where_no_place_has_a_weight_all_are_called()
    {
        Wire.ClusterLoadAssignment message = Assignment(Place(null, Endpoint("10.0.0.1", 4)), Place(null, Endpoint("10.0.0.2", 5)));
        message.Endpoints[1].Locality = new() { Zone = "b" };

        Assert.Equal([4, 5], Weights(message));
    }

    [Theory]
    [InlineData("web-1;shop;web;v2;Kubernetes", "v2")]
    [InlineData("web-1;shop;web;latest;Kubernetes", null)]
    [InlineData("web-1;shop;web;;Kubernetes", null)]
    [InlineData("web-1;shop", null)]
    [InlineData("", null)]
    public void Istio_says_which_version_runs_there(string workload, string? version)
    {
        Wire.LbEndpoint endpoint = Endpoint("10.0.0.1");
        endpoint.Metadata = new() { FilterMetadata = { ["istio"] = new() { Fields = { ["workload"] = Value.ForString(workload) } } } };

        Assert.Equal(version, Assert.Single(Wires.Good(EndpointsCodec.Decode(Assignment(Place(1, endpoint)))).Endpoints).Version);
    }

    [Theory]
    [InlineData(7, Wire.FractionalPercent.Types.DenominatorType.Hundred, "7")]
    [InlineData(7, Wire.FractionalPercent.Types.DenominatorType.TenThousand, "0.07")]
    [InlineData(7, Wire.FractionalPercent.Types.DenominatorType.Million, "0.0007")]
    [InlineData(uint.MaxValue, Wire.FractionalPercent.Types.DenominatorType.Million, "100")]
    internal void Calls_fail_on_purpose_by_share(uint numerator, Wire.FractionalPercent.Types.DenominatorType denominator, string percent)
    {
        Wire.ClusterLoadAssignment message = Assignment();
        message.Policy = new()
        {
            DropOverloads = { new DropOverload { Category = "lb", DropPercentage = new() { Numerator = numerator, Denominator = denominator } } },
        };

        Assert.Equal(
            [("lb", decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture))], Wires.Good(EndpointsCodec.Decode(message)).DropOverloads);
    }

    [Fact]
    public void A_share_of_something_unknown_is_refused()
    {
        Wire.ClusterLoadAssignment message = Assignment();
        message.Policy = new() { DropOverloads = { new DropOverload { DropPercentage = new() { Denominator = (Wire.FractionalPercent.Types.DenominatorType)3 } } } };

        Assert.Equal(["policy.drop_overloads[0].drop_percentage.denominator"], Wires.Faults(EndpointsCodec.Decode(message)));
    }

    private static IEnumerable<int> Weights(Wire.ClusterLoadAssignment message) =>
        Wires.Good(EndpointsCodec.Decode(Wires.Sent(message))).Endpoints.Select(endpoint => endpoint.Weight);

    private static Wire.ClusterLoadAssignment Assignment(params Wire.LocalityLbEndpoints[] places) => new() { ClusterName = "c1", Endpoints = { places } };

    private static Wire.LocalityLbEndpoints Place(uint? weight, params Wire.LbEndpoint[] endpoints) =>
        new() { LoadBalancingWeight = weight, LbEndpoints = { endpoints } };

    private static Wire.LbEndpoint Endpoint(string host, uint? weight = null) => new()
    {
        Endpoint = new() { Address = new() { SocketAddress = new() { Address = host, PortValue = 80 } } },
        LoadBalancingWeight = weight,
    };

    private static Wire.Metadata Ours(Wire.MeshEndpointMetadata words) => new() { TypedFilterMetadata = { ["mesh"] = Any.Pack(words) } };
}
