using System.Collections.Immutable;
using CsCheck;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>Endpoints of our own.</summary>
public sealed class EndpointsCodecTests
{
    private const string Name = "catalog.shop";

    private static readonly MeshEndpoint s_one = new() { Host = "10.0.0.1", Port = 80 };

    [Fact]
    public void Every_endpoint_arrives_as_it_is() => ClustersGenerator.Endpoints.Sample(
        endpoints =>
        {
            Encoded<Wire.ClusterLoadAssignment> encoded = EndpointsCodec.Encode(Name, null, new() { Endpoints = endpoints }, ClientProfile.Mesh);
            XdsEndpoints decoded = Wires.Good(EndpointsCodec.Decode(Wires.Sent(encoded.Message)));

            Assert.Empty(encoded.Gaps);
            Assert.Equal(Name, decoded.Name);
            Assert.Equal(Wires.Dump(InOrder(endpoints)), Wires.Dump(InOrder(decoded.Endpoints)));
        },
        iter: 1000);

    [Theory]
    [InlineData("spiffe://m/ns/shop/sa/catalog", true)]
    [InlineData("spiffe://m/ns/shop/catalog", false)]
    public void Who_an_endpoint_has_to_be_arrives_with_it(string id, bool isGood)
    {
        MeshEndpoint process = s_one with { Tls = TlsMode.Mesh, TakesPlainText = true, SpiffeId = id };
        Decoded<XdsEndpoints> decoded = EndpointsCodec.Decode(Wires.Sent(EndpointsCodec.Encode(Name, null, new() { Endpoints = [process] }, ClientProfile.Mesh).Message));

        Assert.Equal(isGood, decoded.IsGood);
        Assert.Equal(isGood ? (TlsMode.Mesh, true, id) : null, decoded.Value?.Endpoints.Select(endpoint => ((TlsMode?, bool, string?)?)(endpoint.Tls, endpoint.TakesPlainText, endpoint.SpiffeId)).Single());
    }

    [Fact]
    public void Endpoints_of_one_place_and_priority_keep_their_order()
    {
        MeshEndpoint far = s_one with { Host = "10.0.0.9", Locality = new() { Region = "us" } };
        ImmutableArray<MeshEndpoint> all = [s_one with { Host = "10.0.0.5", Priority = 1 }, s_one with { Host = "10.0.0.3" }, far, s_one];

        Wire.ClusterLoadAssignment message = EndpointsCodec.Encode(Name, null, new() { Endpoints = all }, ClientProfile.Mesh).Message;

        Assert.Equal(
            ["10.0.0.3", "10.0.0.1", "10.0.0.9", "10.0.0.5"],
            EndpointsCodec.Decode(message).Value!.Endpoints.Select(endpoint => endpoint.Host));
    }

    [Fact]
    public void Nothing_of_our_own_is_said_of_a_plain_endpoint()
    {
        Wire.ClusterLoadAssignment message = EndpointsCodec.Encode(Name, null, new() { Endpoints = [s_one] }, ClientProfile.Mesh).Message;

        Assert.Null(Assert.Single(Assert.Single(message.Endpoints).LbEndpoints).Metadata);
    }

    [Theory]
    [InlineData(null, "10.0.0.1 10.0.0.2 10.0.0.3")]
    [InlineData("canary", "10.0.0.2")]
    [InlineData("v1", "10.0.0.1")]
    [InlineData("v9", "")]
    public void A_subset_has_the_endpoints_that_belong(string? subset, string hosts)
    {
        MeshService service = new()
        {
            Endpoints = [s_one with { Version = "v1" }, s_one with { Host = "10.0.0.2", Version = "v2" }, s_one with { Host = "10.0.0.3" }],
            Subsets = Maps.Of<MeshSubset>().Add("canary", new() { Version = "v2" }),
        };

        Assert.All(
            [ClientProfile.Mesh, ClientProfile.Grpc],
            profile =>
            {
                XdsEndpoints decoded = Wires.Good(EndpointsCodec.Decode(EndpointsCodec.Encode(Name, subset, service, profile).Message));

                Assert.Equal(XdsNames.Cluster(Name, subset), decoded.Name);
                Assert.Equal(hosts, string.Join(' ', decoded.Endpoints.Select(endpoint => endpoint.Host)));
            });
    }

    [Fact]
    public void A_service_whose_endpoints_another_source_knows_has_none()
    {
        Assert.Empty(EndpointsCodec.Encode(Name, null, new(), ClientProfile.Mesh).Message.Endpoints);
        Assert.Empty(EndpointsCodec.Encode(Name, null, new(), ClientProfile.Grpc).Message.Endpoints);
    }

    [Fact]
    public void A_place_weighs_what_its_endpoints_weigh_and_never_too_much()
    {
        MeshService service = new()
        {
            Endpoints = [.. Enumerable.Range(0, 3).Select(i => s_one with { Port = i + 1, Weight = int.MaxValue })],
        };

        Assert.Equal(uint.MaxValue, EndpointsCodec.Encode(Name, null, service, ClientProfile.Grpc).Message.Endpoints[0].LoadBalancingWeight);
        Assert.Equal(
            3u, EndpointsCodec.Encode(Name, null, new() { Endpoints = [s_one with { Weight = 3 }] }, ClientProfile.Grpc).Message.Endpoints[0].LoadBalancingWeight);
    }

    private static IEnumerable<MeshEndpoint> InOrder(IEnumerable<MeshEndpoint> endpoints) =>
        endpoints.OrderBy(endpoint => endpoint.Priority).ThenBy(endpoint => endpoint.Address, StringComparer.Ordinal);
}
