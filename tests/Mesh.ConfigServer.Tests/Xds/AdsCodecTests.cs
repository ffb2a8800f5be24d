using Google.Protobuf.WellKnownTypes;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;
using RouteMatch = Mesh.Model.RouteMatch;

namespace Mesh.ConfigServer.Tests.Xds;

/// <summary>With the codecs that real clients read.</summary>
public sealed class AdsCodecTests
{
    private static readonly MeshService s_catalog = new()
    {
        Name = "catalog",
        Endpoints =
        [
            new MeshEndpoint { Host = "127.0.0.1", Port = 5001, Version = "v1" },
            new MeshEndpoint { Host = "127.0.0.1", Port = 5002, Version = "canary" }
        ],
        Routes =
        [
            new MeshRoute
            {
                Name = "testers",
                Match = [new RouteMatch { Source = new SourceMatch { Service = "tester" } }],
                To = [new RouteTarget { Subset = "canary" }],
            },
            new MeshRoute { Name = "all" },
        ],
    };

    [Fact]
    public async Task Mesh_Client_reads_all_that_a_service_is()
    {
        FakeStates states = new();
        states.Set("catalog.default", s_catalog);
        await using XdsHost host = await XdsHost.StartAsync(states, encoder: new CodecEncoder());
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Listener, "catalog");
        XdsListener listener = ListenerCodec.Decode(await ReadAsync<Listener>(client)).Value!;
        Assert.Equal(("catalog", "catalog.default"), (listener.Name, listener.RouteConfigurationName));
        await client.SendAsync(XdsTypes.RouteConfiguration, null, "catalog.default");
        XdsRouteConfiguration routes = RouteConfigurationCodec.Decode(await ReadAsync<RouteConfiguration>(client)).Value!;
        Assert.Equal(["testers", "all"], routes.VirtualHosts.Single().Routes.Select(route => route.Name));
        await client.SendAsync(XdsTypes.Cluster, null, "catalog.default|canary");
        XdsCluster cluster = ClusterCodec.Decode(await ReadAsync<Cluster>(client)).Value!;
        Assert.Equal(XdsClusterKind.Eds, cluster.Kind);
        await client.SendAsync(XdsTypes.ClusterLoadAssignment, null, cluster.EndpointsName!);
        XdsEndpoints endpoints = EndpointsCodec.Decode(await ReadAsync<ClusterLoadAssignment>(client)).Value!;
        Assert.Equal([5002], endpoints.Endpoints.Select(endpoint => endpoint.Port));
    }

    [Theory]
    [InlineData("tester", null, 2)]
    [InlineData(null, "tester", 2)]
    [InlineData("web", null, 1)]
    public async Task What_a_grpc_client_cannot_tell_is_told_for_it(string? service, string? cluster, int routes)
    {
        FakeStates states = new();
        states.Set("catalog.default", s_catalog);
        await using XdsHost host = await XdsHost.StartAsync(states, encoder: new CodecEncoder());
        using DeltaClient client = new(host.Channel());
        Node node = new() { Id = "go-1", Cluster = cluster ?? "", UserAgentName = "grpc-go", Metadata = new Struct() };
        if (service is not null)
        {
            node.Metadata.Fields.Add("SERVICE", Value.ForString(service));
        }

        await client.SendAsync(XdsTypes.RouteConfiguration, request => request.Node = node, "catalog.default");
        RouteConfiguration answer = await ReadAsync<RouteConfiguration>(client);
        Assert.Equal(routes, answer.VirtualHosts.Single().Routes.Count);
    }

    private static async Task<T> ReadAsync<T>(DeltaClient client)
        where T : class, Google.Protobuf.IMessage<T>, new()
    {
        DeltaDiscoveryResponse response = (await client.ReadAsync())!;
        await client.AckAsync(response);
        Any body = Assert.Single(response.Resources).Resource_;
        Assert.True(body.TryUnpack(out T message));
        return message;
    }
}
