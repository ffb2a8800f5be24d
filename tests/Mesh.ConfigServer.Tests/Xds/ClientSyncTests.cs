using System.Text.Json;
using Mesh.ConfigServer.Rest;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;
using RestClient = Mesh.ConfigServer.Rest.Client;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class ClientSyncTests
{
    [Theory]
    [InlineData("InSync")]
    [InlineData("InSync", "Synced", "NotFound")]
    [InlineData("Behind", "Synced", "Requested")]
    [InlineData("Behind", "Stale", "Synced")]
    [InlineData("Nacked", "Stale", "Nacked", "Synced")]
    public void A_client_is_as_far_as_its_worst_resource(string expected, params string[] states) => Assert.Equal(
        Enum.Parse<ClientSync>(expected), ClientStatus.SyncOf(states.Select(state => Enum.Parse<ResourceState>(state))));

    [Fact]
    public void Who_owes_an_answer_owes_it_since_the_first_that_was_sent()
    {
        DeltaBench bench = new("a.default=1");
        DateTimeOffset first = bench.Clock.GetUtcNow();
        bench.Subscribe("cluster", "a.default");
        bench.Responses();
        bench.Clock.Advance(TimeSpan.FromSeconds(40));
        bench.Set("a.default=2");
        bench.Subscribe("cluster", "a.default");
        Assert.Equal(["cluster 2: a.default=2"], bench.Responses());
        Assert.Equal(first, bench.Status("cluster", "a.default").PendingSince);

        bench.Ack("cluster", "2");
        Assert.Null(bench.Status("cluster", "a.default").PendingSince);
        bench.Clock.Advance(TimeSpan.FromSeconds(40));
        bench.Set("a.default=3");
        bench.Responses();
        Assert.Equal(first + TimeSpan.FromSeconds(80), bench.Status("cluster", "a.default").PendingSince);
    }

    [Fact]
    public async Task What_a_client_refused_last_is_told_with_its_reason_even_when_it_is_well_again()
    {
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=1"));
        using DeltaClient client = new(host.Channel());
        await client.HelloAsync(XdsTypes.Cluster, "a.default");
        DeltaDiscoveryResponse refused = (await client.ReadAsync())!;
        ClientFigures figures = host.Clients.Figures();
        Assert.Equal((ClientSync.Behind, 1), (Assert.Single(figures.BySync).Key, figures.Software));
        await Eventually.Holds(() => host.Clients.Figures().LongestBehind > TimeSpan.Zero);
        Assert.NotNull(Status(host).BehindSince);

        await client.NackAsync(refused, "No.");
        await Eventually.Holds(() => Status(host).Sync is ClientSync.Nacked);
        Assert.Equal(ClientSync.Nacked, Assert.Single(host.Clients.Figures().BySync).Key);
        Assert.Equal(TimeSpan.Zero, host.Clients.Figures().LongestBehind);
        host.States.Set("a.default=2");
        await client.TakeAsync();
        await Eventually.Holds(() => Status(host).Sync is ClientSync.InSync);

        JsonElement shown = JsonSerializer.SerializeToElement(RestClient.Of(Status(host)), RestJson.Default.Client);
        Assert.Equal(("cluster", "No."), (shown.GetProperty("lastNack").GetProperty("type").GetString(), shown.GetProperty("lastNack").GetProperty("reason").GetString()));
        Assert.Equal("inSync", shown.GetProperty("sync").GetString());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("behindSince").ValueKind);
    }

    private static ClientStatus Status(XdsHost host) => Assert.Single(host.Clients.All());
}
