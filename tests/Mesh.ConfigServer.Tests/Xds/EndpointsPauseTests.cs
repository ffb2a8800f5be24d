using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Tests.Xds;

/// <summary>Foreign clients are sent all endpoints of a service each time, and not at every change.</summary>
public sealed class EndpointsPauseTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void After_news_the_next_wait_for_a_while_and_are_the_newest_then()
    {
        SotwBench bench = new("a.default=1", "b.default=1") { EndpointsPause = s_pause };
        bench.Open("a.default", "b.default");
        bench.Set("a.default=2");
        Assert.Equal(["cluster 5: a.default=2 b.default=1", "endpoints 6: a.default=2", "routes 7: a.default=2"], bench.Responses());
        bench.Ack("cluster", "5");
        bench.Ack("endpoints", "6");
        bench.Ack("routes", "7");
        bench.Clock.Advance(TimeSpan.FromMilliseconds(200));

        // What else is new does not overtake them.
        bench.Set("a.default=3");
        Assert.Equal(["cluster 8: a.default=3 b.default=1"], bench.Responses());
        Assert.Equal(TimeSpan.FromMilliseconds(300), bench.Wakes[^1]);
        Assert.True(bench.Stream.IsWaiting);
        bench.Set("a.default=4", "b.default=4");
        bench.Ack("cluster", "8");
        Assert.Equal(["cluster 9: a.default=4 b.default=4"], bench.Responses());
        bench.Ack("cluster", "9");
        bench.Clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(["endpoints 10: a.default=4 b.default=4", "routes 11: a.default=4 b.default=4"], bench.Responses());
    }

    [Fact]
    public void What_is_asked_for_is_told_at_once()
    {
        SotwBench bench = new("a.default=1", "b.default=1") { EndpointsPause = s_pause };
        bench.Ask("endpoints", "", "a.default");
        Assert.Equal(["endpoints 1: a.default=1"], bench.Responses());
        bench.Ack("endpoints", "1");
        bench.Set("a.default=2");
        Assert.Equal(["endpoints 2: a.default=2"], bench.Responses());
        bench.Ask("endpoints", "2", "a.default", "b.default");
        Assert.Equal(["endpoints 3: b.default=1"], bench.Responses());
    }

    [Fact]
    public void Clients_of_our_own_are_told_at_once()
    {
        DeltaBench bench = new(DeltaClient.Node(), "a.default=1") { EndpointsPause = s_pause };
        bench.Subscribe("endpoints", "a.default");
        bench.Responses();
        for (int i = 2; i < 5; i++)
        {
            bench.Ack("endpoints", $"{i - 1}");
            bench.Change(state => FakeStates.WithEndpoints(state, "a.default", i));
            Assert.Single(bench.Responses());
        }

        Assert.Empty(bench.Wakes);
    }

    [Fact]
    public async Task A_stream_wakes_by_itself()
    {
        WatchedTime time = new();
        await using XdsHost host = await XdsHost.StartAsync(new FakeStates("a.default=1"), time: time);
        using DeltaClient client = new(host.Channel());
        await client.SendAsync(
            XdsTypes.ClusterLoadAssignment, request => request.Node = new() { Id = "go-1", UserAgentName = "grpc-go" }, "a.default");
        Assert.Equal("a.default=1", await client.TakeAsync());
        host.States.Set("a.default=2");
        Assert.Equal("a.default=2", await client.TakeAsync());

        host.States.Set("a.default=3");
        Task<string> next = client.TakeAsync();
        await Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return next.IsCompleted;
        });
        Assert.Equal("a.default=3", await next);
    }
}
