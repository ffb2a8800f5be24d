using Grpc.Core;
using Grpc.Net.Client;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class ClientStatusServiceTests
{
    [Fact]
    public async Task Tools_see_what_clients_have()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=1", "bad.default=1"));
        GrpcChannel channel = host.Channel();
        using DeltaClient one = new(channel);
        using DeltaClient two = new(channel);
        await one.HelloAsync(XdsTypes.Cluster, "a.default", "nobody.default");
        await one.TakeAsync();
        await two.SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node("web-2"), "bad.default");
        await two.NackAsync((await two.ReadAsync())!, "No.");
        await Eventually.Holds(() => host.Clients.All().SelectMany(client => client.Resources)
            .All(resource => resource.State is not (ResourceState.Stale or ResourceState.Requested)));

        ClientStatusDiscoveryService.ClientStatusDiscoveryServiceClient tool = new(channel);
        ClientStatusResponse all = await tool.FetchClientStatusAsync(
            new ClientStatusRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["web-1", "web-2"], all.Config.Select(config => config.Node.Id));
        ClientConfig.Types.GenericXdsConfig[] resources = [.. all.Config.SelectMany(config => config.GenericXdsConfigs)];
        Assert.Equal(
            [
                ("a.default", ConfigStatus.Synced, ClientResourceStatus.Acked),
                ("nobody.default", ConfigStatus.NotSent, ClientResourceStatus.DoesNotExist),
                ("bad.default", ConfigStatus.Error, ClientResourceStatus.Nacked),
            ],
            resources.Select(resource => (resource.Name, resource.ConfigStatus, resource.ClientStatus)));
        Assert.Equal(XdsTypes.Cluster, resources[0].TypeUrl);
        Assert.Equal("a.default=1", resources[0].XdsConfig.Value.ToStringUtf8());
        Assert.NotNull(resources[0].LastUpdated);
        Assert.Equal("No.", resources[2].ErrorState.Details);

        using AsyncDuplexStreamingCall<ClientStatusRequest, ClientStatusResponse> stream =
            tool.StreamClientStatus(cancellationToken: TestContext.Current.CancellationToken);
        await stream.RequestStream.WriteAsync(
            new ClientStatusRequest
            {
                ExcludeResourceContents = true, NodeMatchers = { new NodeMatcher { NodeId = new StringMatcher { Exact = "web-1" } } }
            },
            TestContext.Current.CancellationToken);
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime());
        ClientConfig config = Assert.Single(stream.ResponseStream.Current.Config);
        Assert.Equal("web-1", config.Node.Id);
        Assert.Null(config.GenericXdsConfigs[0].XdsConfig);
    }

    [Fact]
    public async Task A_matcher_that_is_not_understood_is_refused()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates());
        ClientStatusDiscoveryService.ClientStatusDiscoveryServiceClient tool = new(host.Channel());
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(async () => await tool.FetchClientStatusAsync(
            new ClientStatusRequest { NodeMatchers = { new NodeMatcher { NodeId = new StringMatcher { Prefix = "web" } } } },
            cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    [Fact]
    public async Task What_a_client_cannot_honour_is_told()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=1"));
        using DeltaClient client = new(host.Channel());
        await client.SendAsync(
            XdsTypes.Listener, request => request.Node = new Node { Id = "go-1", UserAgentName = "grpc-go", UserAgentVersion = "1.81" });
        await client.TakeAsync();
        await client.SendAsync(XdsTypes.RouteConfiguration, null, "a.default");
        await client.TakeAsync();
        ClientStatus status = Assert.Single(host.Clients.All());
        Assert.Equal(("go-1", "grpc-go 1.81"), (status.Node.Id, status.Node.UserAgent));
        Assert.Equal((ClientProfile.Grpc, StreamProtocol.Delta), (status.Node.Profile, status.Protocol));
        Assert.StartsWith("127.0.0.1:", status.Address, StringComparison.Ordinal);
        Assert.Equal(["*:", "a.default:routes:0"], status.Gaps.Select(gap => $"{gap.Service}:{gap.Path}"));
        Assert.Single(host.Logs.GetSnapshot(), record => record.Id.Id == 125);
    }
}
