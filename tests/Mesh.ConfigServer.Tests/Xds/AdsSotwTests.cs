using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class AdsSotwTests
{
    [Fact]
    public async Task A_grpc_client_follows_the_mesh()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.shop=v1"));
        using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
            new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(host.Channel()).StreamAggregatedResources(
                cancellationToken: TestContext.Current.CancellationToken);
        Node node = new()
        {
            Id = "go-1", UserAgentName = "grpc-go", Metadata = new Struct { Fields = { ["NAMESPACE"] = Value.ForString("shop") } }
        };
        await AskAsync(new DiscoveryRequest { Node = node, TypeUrl = XdsTypes.Listener, ResourceNames = { "catalog:8080" } });
        DiscoveryResponse listener = await ReadAsync();
        Assert.Equal("catalog:8080=catalog.shop", listener.Resources[0].Value.ToStringUtf8());
        Assert.Equal(XdsTypes.Listener, listener.Resources[0].TypeUrl);

        await AskAsync(new DiscoveryRequest { TypeUrl = XdsTypes.Cluster, ResourceNames = { "catalog.shop" } });
        DiscoveryResponse cluster = await ReadAsync();
        await AskAsync(new DiscoveryRequest
        {
            TypeUrl = XdsTypes.Cluster,
            ResourceNames = { "catalog.shop" },
            ResponseNonce = cluster.Nonce,
            VersionInfo = cluster.VersionInfo,
        });
        host.States.Set("catalog.shop=v2");
        Assert.Equal("catalog.shop=v2", (await ReadAsync()).Resources[0].Value.ToStringUtf8());
        await AskAsync(new DiscoveryRequest
        {
            TypeUrl = XdsTypes.Cluster, ResourceNames = { "catalog.shop" }, ResponseNonce = cluster.Nonce
        });
        await AskAsync(new DiscoveryRequest
        {
            TypeUrl = XdsTypes.Cluster, ResourceNames = { "catalog.shop", "nobody" }, ResponseNonce = "3"
        });
        Assert.Single((await ReadAsync()).Resources);

        Task AskAsync(DiscoveryRequest request) => call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);

        async Task<DiscoveryResponse> ReadAsync()
        {
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime());
            return call.ResponseStream.Current;
        }
    }
}
