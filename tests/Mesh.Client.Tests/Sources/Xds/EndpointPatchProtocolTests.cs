using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Sources.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>What is different of endpoints, in the incremental protocol.</summary>
public sealed class EndpointPatchProtocolTests : IDisposable
{
    private const string Name = "a.default";

    private static readonly MeshEndpoint s_one = new() { Host = "10.0.0.1", Port = 80 };
    private static readonly MeshEndpoint s_two = new() { Host = "10.0.0.2", Port = 80 };

    private readonly ResourceStore _store = new(_ => null);
    private readonly ServiceAssembly _follower;
    private readonly DeltaProtocol _protocol;
    private readonly XdsResource _resource;

    public EndpointPatchProtocolTests()
    {
        _follower = new ServiceAssembly(_store, Name);
        _protocol = new DeltaProtocol(_store, XdsNode.Of(new ServiceIdentity { Name = "web" }, "1", null));
        _resource = _store.Follow(XdsResourceType.Endpoints, Name, _follower);
        _protocol.Flush(0);
        Take(Whole("v1", s_one, s_two));
        _protocol.Flush(0);
    }

    public void Dispose() => _follower.Dispose();

    [Fact]
    public void It_makes_the_next_version_of_the_one_in_force()
    {
        MeshEndpoint stays = Endpoints[1];

        Assert.Equal([_resource], Take(Patch("v1", "v2", s_one with { Weight = 5 }, s_one with { Port = 81 })));

        Wire.DeltaDiscoveryRequest answer = Assert.Single(_protocol.Flush(0));
        Assert.Null(answer.ErrorDetail);
        Assert.Empty(answer.ResourceNamesSubscribe);
        Assert.Equal("v2", _resource.Version);
        Assert.Equal([(80, 5), (80, 1), (81, 1)], Endpoints.Select(endpoint => (endpoint.Port, endpoint.Weight)));
        Assert.Same(stays, Endpoints[1]);
    }

    [Fact]
    public void It_is_kept_as_if_it_had_come_whole()
    {
        Take(Patch("v1", "v2", s_one with { Weight = 5 }));

        XdsEndpoints kept = EndpointsCodec.Decode(Wire.ClusterLoadAssignment.Parser.ParseFrom(_resource.Bytes.Value)).Value!;
        Assert.Equal(Name, kept.Name);
        Assert.Equal(Endpoints, kept.Endpoints);
    }

    [Theory]
    [InlineData("v0")]
    [InlineData("v2")]
    public void One_for_another_version_is_left_and_the_whole_asked_for(string version)
    {
        object? before = _resource.Value;

        Assert.Empty(Take(Patch(version, "v2", s_one with { Weight = 5 })));

        Wire.DeltaDiscoveryRequest answer = Assert.Single(_protocol.Flush(0));
        Assert.Equal(("v1", before), (_resource.Version, _resource.Value));
        Assert.Equal([Name], answer.ResourceNamesSubscribe);
        Assert.NotEmpty(answer.ResponseNonce);
        Assert.Null(answer.ErrorDetail);
        Take(Whole("v2", s_one));
        Assert.Equal("v2", _resource.Version);
        Assert.Empty(Assert.Single(_protocol.Flush(0)).ResourceNamesSubscribe);
    }

    [Fact]
    public void One_that_cannot_be_read_is_no_fault_of_the_resource()
    {
        Wire.Resource damaged = Patch("v1", "v2", s_one with { Weight = 5000 });

        Take(damaged);

        Assert.Equal([Name], Assert.Single(_protocol.Flush(0)).ResourceNamesSubscribe);
        Assert.Equal((null, "v1"), (_resource.Trouble, _resource.Version));
    }

    [Fact]
    public void One_of_a_resource_that_is_not_there_asks_for_it()
    {
        Wire.DeltaDiscoveryResponse gone = new() { TypeUrl = XdsTypes.ClusterLoadAssignment, Nonce = "n", RemovedResources = { Name } };
        _protocol.Take(gone, _protocol.Read(gone), 0);
        _protocol.Flush(0);

        Take(Patch("v1", "v2", s_one));

        Assert.Equal([Name], Assert.Single(_protocol.Flush(0)).ResourceNamesSubscribe);
        Assert.Null(_resource.Value);
    }

    [Fact]
    public void For_another_type_it_is_refused()
    {
        _store.Follow(XdsResourceType.Cluster, Name, _follower);
        _protocol.Flush(0);
        Wire.DeltaDiscoveryResponse response = new() { TypeUrl = XdsTypes.Cluster, Nonce = "n", Resources = { Patch("v1", "v2", s_one) } };

        _protocol.Take(response, _protocol.Read(response), 0);

        Assert.Contains("type_url", Assert.Single(_protocol.Flush(0)).ErrorDetail.Message, StringComparison.Ordinal);
    }

    private IEnumerable<MeshEndpoint> All => ((XdsEndpoints)_resource.Value!).Endpoints;

    private MeshEndpoint[] Endpoints => [.. All];

    private IReadOnlyList<XdsResource> Take(Wire.Resource resource)
    {
        Wire.DeltaDiscoveryResponse response = new() { TypeUrl = XdsTypes.ClusterLoadAssignment, Nonce = "n", Resources = { resource } };
        return _protocol.Take(response, _protocol.Read(response), 0);
    }

    private static Wire.Resource Whole(string version, params MeshEndpoint[] endpoints) => Pack(
        version, XdsTypes.ClusterLoadAssignment, EndpointsCodec.Encode(Name, null, new() { Endpoints = [.. endpoints] }, ClientProfile.Mesh).Message);

    private static Wire.Resource Patch(string from, string to, params MeshEndpoint[] changed) => Pack(
        to, XdsTypes.EndpointsPatch, EndpointsPatchCodec.Encode(new XdsEndpointsPatch { Name = Name, BaseVersion = from, Changed = [.. changed] }));

    private static Wire.Resource Pack(string version, string type, IMessage message) => new()
    {
        Name = Name, Version = version, Resource_ = new Any { TypeUrl = type, Value = message.ToByteString() },
    };
}
