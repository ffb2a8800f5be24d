using System.Text.Json;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class AdsDeltaTests
{
    [Fact]
    public async Task A_client_is_told_of_changes_deletion_and_return()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=v1"));
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "catalog.default");
        DeltaDiscoveryResponse first = (await client.ReadAsync())!;
        Assert.Equal("catalog.default=v1", DeltaClient.Text(first));
        Assert.Equal("3.1", first.SystemVersionInfo);
        JsonElement server = JsonDocument.Parse(first.ControlPlane.Identifier).RootElement;
        Assert.Equal("server-1", server.GetProperty("server").GetString());
        Assert.Equal("shop", server.GetProperty("mesh").GetString());
        Assert.Equal(3, server.GetProperty("epoch").GetInt64());
        Assert.Equal(1, server.GetProperty("generation").GetInt64());
        Assert.Equal("0.1.0", server.GetProperty("version").GetString());
        await client.AckAsync(first);

        host.States.Set("catalog.default=v2");
        Assert.Equal("catalog.default=v2", await client.TakeAsync());
        host.States.Delete("catalog.default");
        Assert.Equal("-catalog.default", await client.TakeAsync());
        host.States.Set("catalog.default=v2");
        Assert.Equal("catalog.default=v2", await client.TakeAsync());
    }

    [Fact]
    public async Task Who_subscribes_before_the_service_is_there_is_told_when_it_comes()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates());
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Listener, "catalog", "shop.example.com");
        Assert.Equal("-catalog -shop.example.com", await client.TakeAsync());
        host.States.Set("catalog.default=v1");
        Assert.Equal("catalog=catalog.default", await client.TakeAsync());
        host.States.SetHost("*.example.com", "catalog.default");
        Assert.Equal("shop.example.com=catalog.default", await client.TakeAsync());
        host.States.Set("other.default=v1");
        host.States.SetHost("shop.example.com", "other.default");
        Assert.Equal("shop.example.com=other.default", await client.TakeAsync());
    }

    [Fact]
    public async Task A_reconnecting_client_that_has_all_is_sent_nothing()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=v1"));
        using DeltaClient before = new(host.Channel());
        await before.HelloAsync(XdsTypes.Cluster, "catalog.default");
        string version = (await before.ReadAsync())!.Resources[0].Version;

        using DeltaClient client = new(host.Channel());
        await client.SendAsync(
            XdsTypes.Cluster,
            request =>
            {
                request.Node = DeltaClient.Node("web-2");
                request.InitialResourceVersions.Add("catalog.default", version);
            },
            "catalog.default");
        await client.SendAsync(XdsTypes.Listener, null, "catalog");
        Assert.Equal("catalog=catalog.default", await client.TakeAsync());
        await Eventually.Holds(() => Of(host, "web-2").Resources.All(resource => resource.State is ResourceState.Synced));
    }

    [Fact]
    public async Task A_refusal_is_kept_and_the_next_version_is_sent()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=bad"));
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "catalog.default");
        await client.NackAsync((await client.ReadAsync())!, "lb_policy: no.");
        await Eventually.Holds(() => Of(host, "web-1").Resources[0].State is ResourceState.Nacked);
        Assert.Equal("lb_policy: no.", Of(host, "web-1").Resources[0].Error);
        Assert.Contains(
            host.Logs.GetSnapshot(), record => record.Id.Id == 123 && record.Message.Contains("lb_policy: no.", StringComparison.Ordinal));
        host.States.Set("other.default=1");
        host.States.Set("catalog.default=good");
        Assert.Equal("catalog.default=good", await client.TakeAsync());
    }

    [Fact]
    public async Task A_client_that_never_answers_is_told_nothing_more_and_is_seen_to_be_stale_and_the_others_are_told()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=0"));
        using DeltaClient silent = new(host.Channel());
        using DeltaClient other = new(host.Channel());
        await silent.HelloAsync(XdsTypes.Cluster, "catalog.default");
        DeltaDiscoveryResponse first = (await silent.ReadAsync())!;
        await other.SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node("web-2"), "catalog.default");
        Assert.Equal("catalog.default=0", await other.TakeAsync());
        for (int i = 1; i <= 50; i++)
        {
            host.States.Set($"catalog.default={i}");
            Assert.Equal($"catalog.default={i}", await other.TakeAsync());
        }

        Assert.Equal(ResourceState.Stale, Of(host, "web-1").Resources[0].State);
        await silent.AckAsync(first);
        Assert.Equal("catalog.default=50", await silent.TakeAsync());
    }

    [Fact]
    public async Task A_change_is_told_to_those_whom_it_concerns_alone()
    {
        const int Count = 200;
        string[] services = [.. Enumerable.Range(0, Count).Select(i => $"s{i}.default=1")];
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates(services));
        List<DeltaClient> clients = [];
        List<Grpc.Net.Client.GrpcChannel> channels = [.. Enumerable.Range(0, 4).Select(_ => host.Channel())];
        try
        {
            for (int i = 0; i < Count; i++)
            {
                DeltaClient client = new(channels[i % channels.Count]);
                clients.Add(client);
                await client.HelloAsync(XdsTypes.Cluster, $"s{i}.default", "shared.default");
                Assert.Equal($"s{i}.default=1 -shared.default", await client.TakeAsync());
            }

            Assert.Equal(Count, host.Clients.Count);
            host.Encoder.Made.Clear();
            host.States.Set("s7.default=2", "s9.default=2");
            Assert.Equal("s7.default=2", await clients[7].TakeAsync());
            Assert.Equal("s9.default=2", await clients[9].TakeAsync());

            // What all hear next is the next change: they heard nothing of the one before. And it was encoded once.
            host.States.Set("shared.default=1");
            foreach (DeltaClient client in clients)
            {
                Assert.Equal("shared.default=1", await client.TakeAsync());
            }

            Assert.Equal(
                ["Cluster s7.default=2 Mesh", "Cluster s9.default=2 Mesh", "Cluster shared.default=1 Mesh"],
                host.Encoder.Made.Order(StringComparer.Ordinal));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Eventually.Holds(() => host.Clients.Count == 0);
    }

    [Fact]
    public async Task No_change_is_lost_that_comes_while_a_client_subscribes()
    {
        const int Count = 100;
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates([.. Enumerable.Range(0, Count).Select(i => $"s{i}.default=0")]));
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "s0.default");
        Task changing = Task.Run(
            () =>
            {
                for (int i = 0; i < 10 * Count; i++)
                {
                    host.States.Set($"s{i % Count}.default={i}");
                }
            },
            TestContext.Current.CancellationToken);
        HashSet<string> last = [.. Enumerable.Range(0, Count).Select(i => $"s{i}.default={(9 * Count) + i}")];
        for (int i = 1; i < Count; i++)
        {
            await client.SendAsync(XdsTypes.Cluster, null, $"s{i}.default");
            last.ExceptWith((await client.TakeAsync()).Split(' '));
        }

        while (last.Count > 0)
        {
            last.ExceptWith((await client.TakeAsync()).Split(' '));
        }

        await changing.InTime();
    }

    [Fact]
    public async Task A_flood_of_requests_leaves_one_subscription_and_the_others_served()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("catalog.default=v1"));
        using DeltaClient flooder = new(host.Channel());
        using DeltaClient client = new(host.Channel());
        await flooder.HelloAsync(XdsTypes.Cluster, "catalog.default");
        for (int i = 0; i < 5000; i++)
        {
            await flooder.SendAsync(XdsTypes.Cluster, request => request.ResponseNonce = $"{i}");
        }

        await client.SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node("web-2"), "catalog.default");
        Assert.Equal("catalog.default=v1", await client.TakeAsync());
        Assert.Single(Of(host, "web-1").Resources);

        // Of all that it sent nothing but the subscription had an answer.
        DeltaDiscoveryResponse only = (await flooder.ReadAsync())!;
        Assert.Equal("1", only.Nonce);
        await flooder.AckAsync(only);
        host.States.Set("catalog.default=v2");
        Assert.Equal("2", (await flooder.ReadAsync())!.Nonce);
    }

    [Fact]
    public async Task One_service_that_cannot_be_encoded_hurts_nobody()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=1", "b.default=1"));
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "a.default", "b.default");
        Assert.Equal("a.default=1 b.default=1", await client.TakeAsync());
        host.States.Set("a.default=broken", "b.default=2");
        Assert.Equal("b.default=2", await client.TakeAsync());
        Assert.Single(host.Logs.GetSnapshot(), record => record.Id.Id == 124);
        Assert.Contains(
            "No word for it.", Of(host, "web-1").Resources.Single(resource => resource.Name == "a.default").Error,
            StringComparison.Ordinal);
        host.States.Set("a.default=2");
        Assert.Equal("a.default=2", await client.TakeAsync());
    }

    private static ClientStatus Of(XdsHost host, string id) => Assert.Single(host.Clients.All(), client => client.Node.Id == id);
}
