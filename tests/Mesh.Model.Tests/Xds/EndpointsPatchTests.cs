using System.Collections.Immutable;
using CsCheck;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>What is different of endpoints, from one version to another.</summary>
public sealed class EndpointsPatchTests
{
    private const string Name = "catalog.shop";

    private static readonly MeshEndpoint s_one = new() { Host = "10.0.0.1", Port = 80 };
    private static readonly MeshEndpoint s_two = new() { Host = "10.0.0.2", Port = 80 };

    // DNS names stand for endpoints: as long as there are any, endpoints are sent whole.
    private static readonly Gen<ImmutableArray<MeshEndpoint>> s_addresses = ClustersGenerator.Endpoints.Select(
        all => (ImmutableArray<MeshEndpoint>)[.. all.Where(one => one.Lookup is EndpointLookup.None)]);

    [Fact]
    public void What_is_patched_is_as_if_it_had_been_sent_whole() => Gen.Select(s_addresses, s_addresses, Gen.Int[0, 12]).Sample(
        (before, others, kept) =>
        {
            ImmutableArray<MeshEndpoint> after =
            [
                .. before.Take(kept).Concat(others).DistinctBy(one => one.Authority, StringComparer.OrdinalIgnoreCase),
            ];
            XdsEndpoints patched = Sent(Difference(before, after)).Apply(Whole(before));

            Assert.Equal(Name, patched.Name);
            Assert.Equal(Wires.Dump(InOrder(Whole(after).Endpoints)), Wires.Dump(InOrder(patched.Endpoints)));
        },
        iter: 1000);

    [Fact]
    public void Those_that_stay_are_the_same_objects_in_the_same_order()
    {
        MeshEndpoint three = s_one with { Host = "10.0.0.3" };
        XdsEndpoints before = new() { Name = Name, Endpoints = [three, s_two, s_one] };
        XdsEndpointsPatch patch = new()
        {
            Name = Name, BaseVersion = "1", Changed = [s_one with { Host = "10.0.0.4" }, s_two with { Weight = 7 }], Removed = [new("10.0.0.9", 80)],
        };

        ImmutableArray<MeshEndpoint> after = patch.Apply(before).Endpoints;

        Assert.Equal(["10.0.0.3", "10.0.0.2", "10.0.0.1", "10.0.0.4"], after.Select(endpoint => endpoint.Host));
        Assert.Same(three, after[0]);
        Assert.Same(s_one, after[2]);
        Assert.Equal(7, after[1].Weight);
    }

    [Fact]
    public void One_that_is_new_takes_the_place_of_one_that_went()
    {
        XdsEndpoints before = new() { Name = Name, Endpoints = [.. Enumerable.Range(1, 6).Select(port => s_one with { Port = port })] };

        Assert.Equal("1 2 8 4 5 6", After([8], [3]));
        Assert.Equal("1 2 8 4 5 6 9", After([8, 9], [3]));
        Assert.Equal("8 2 4 5 6", After([8], [3, 1]));
        Assert.Equal("2 4 5 6", After([], [3, 1]));

        string After(int[] added, int[] removed) => string.Join(' ', new XdsEndpointsPatch
        {
            Name = Name, BaseVersion = "1", Changed = [.. added.Select(port => s_one with { Port = port })], Removed = [.. removed.Select(port => new EndpointKey(s_one.Host, port))],
        }.Apply(before).Endpoints.Select(endpoint => endpoint.Port));
    }

    [Fact]
    public void One_that_is_not_well_is_none()
    {
        Wire.MeshEndpointsPatch patch = EndpointsPatchCodec.Encode(new() { Name = Name, BaseVersion = "1", Changed = [s_two with { Weight = 7 }] });
        patch.Changed[0].Endpoint_.HealthStatus = Wire.HealthStatus.Unhealthy;

        Assert.Equal([s_one], Wires.Good(EndpointsPatchCodec.Decode(patch)).Apply(new() { Name = Name, Endpoints = [s_one, s_two] }).Endpoints);
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_place()
    {
        Wire.MeshEndpointsPatch patch = EndpointsPatchCodec.Encode(new()
        {
            Name = "", BaseVersion = "", Changed = [s_one, s_one, s_two with { Weight = 1001 }, s_two with { Priority = 129 }, s_two],
            Removed = [new("10.0.0.3", 80)],
        });
        patch.Changed[4].Endpoint_ = null;
        patch.Removed.Add(["10.0.0.1", ":80", "a:b", "a:99999"]);

        Assert.Equal(
            [
                "cluster_name", "base_version", "removed[1]", "removed[2]", "removed[3]", "removed[4]", "changed[1].endpoint",
                "changed[2].endpoint.load_balancing_weight", "changed[3].priority", "changed[4].endpoint",
            ],
            Wires.Faults(EndpointsPatchCodec.Decode(patch)));
    }

    [Fact]
    public void The_version_of_a_set_does_not_depend_on_its_order() => s_addresses.Sample(
        endpoints => Assert.Equal(Version(endpoints), Version(endpoints.Reverse())), iter: 200);

    [Fact]
    public void The_version_tells_of_all_that_is_said_of_an_endpoint() => Assert.Equal(
        7,
        new[]
        {
            s_one, s_one with { Port = 81 }, s_one with { Priority = 1 }, s_one with { Weight = 2 }, s_one with { Version = "v1" },
            s_one with { Locality = new() { Zone = "a" } }, s_one with { Labels = Maps.Empty.Add("a", "b") },
        }.Select(endpoint => Version([endpoint])).Distinct().Count());

    [Fact]
    public void The_version_is_the_same_everywhere_and_of_none_it_is_nought()
    {
        Assert.Equal("00000000000000000000000000000000", Version([]));
        Assert.Equal(GoldenVersion, Version([s_one, s_two with { Labels = Maps.Empty.Add("b", "1").Add("a", "2") }]));
    }

    [Fact]
    public void Endpoints_that_say_the_same_share_what_they_say()
    {
        ImmutableArray<MeshEndpoint> read = Whole([s_one with { Version = "v1", Labels = Maps.Empty.Add("a", "b") }, s_two with { Version = "v1", Labels = Maps.Empty.Add("a", "b") }]).Endpoints;

        Assert.Same(read[0].Version, read[1].Version);
        Assert.Same(read[0].Labels, read[1].Labels);
    }

    private const string GoldenVersion = "a7a175867946c4c1782901d68c1ab3d2";

    private static string Version(IEnumerable<MeshEndpoint> endpoints) =>
        EndpointHash.Version(endpoints.Aggregate(UInt128.Zero, (sum, endpoint) => unchecked(sum + EndpointHash.Of(endpoint))));

    private static XdsEndpointsPatch Difference(ImmutableArray<MeshEndpoint> before, ImmutableArray<MeshEndpoint> after) => new()
    {
        Name = Name,
        BaseVersion = "1",
        Changed = [.. after.Where(one => !before.Contains(one))],
        Removed = [.. before.Select(one => one.Key).Except(after.Select(one => one.Key))],
    };

    private static XdsEndpointsPatch Sent(XdsEndpointsPatch patch) => Wires.Good(EndpointsPatchCodec.Decode(Wires.Sent(EndpointsPatchCodec.Encode(patch))));

    private static XdsEndpoints Whole(ImmutableArray<MeshEndpoint> endpoints) => Wires.Good(
        EndpointsCodec.Decode(Wires.Sent(EndpointsCodec.Encode(Name, null, new() { Endpoints = endpoints }, ClientProfile.Mesh).Message)));

    private static IEnumerable<MeshEndpoint> InOrder(IEnumerable<MeshEndpoint> endpoints) =>
        endpoints.OrderBy(endpoint => endpoint.Priority).ThenBy(endpoint => endpoint.Address, StringComparer.Ordinal);
}
