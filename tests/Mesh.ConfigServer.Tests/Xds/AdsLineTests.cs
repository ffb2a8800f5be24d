using Grpc.Core;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Tests.Xds;

/// <summary>Streams that begin at the same time.</summary>
public sealed class AdsLineTests
{
    private const int AtOnce = 4;

    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(250);

    private readonly WatchedTime _time = new();
    private readonly List<DeltaClient> _clients = [];

    [Fact]
    public async Task Streams_beyond_the_pace_are_taken_at_once_and_served_in_their_turn()
    {
        await using XdsHost host = await StartAsync();
        await ServeAsync(host);
        for (int i = 0; i < 3; i++)
        {
            await (await TakeAsync(host)).SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node("late"), "a.default");
        }

        for (int i = AtOnce; i < _clients.Count; i++)
        {
            Assert.Equal(i, host.Clients.Count);
            await PassAsync(s_turn);
            Assert.Equal("a.default=1", await _clients[i].TakeAsync());
        }

        Assert.DoesNotContain(host.Logs.GetSnapshot(), record => record.Level >= LogLevel.Warning);
        _clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Who_waits_counts_and_leaves_the_line_with_its_client()
    {
        await using XdsHost host = await StartAsync(options => options.MaxStreams = AtOnce + 1);
        using MetricCollector<long> waiting = new(host.Meters, "Mesh.ConfigServer", "mesh.xds.streams.waiting");
        await ServeAsync(host);
        DeltaClient leaving = await TakeAsync(host);
        using (DeltaClient tooMany = new(host.Channel()))
        {
            Assert.Contains("5 streams", (await tooMany.RefusalAsync()).Detail, StringComparison.Ordinal);
        }

        leaving.Dispose();
        await Eventually.Holds(() => waiting.GetMeasurementSnapshot().Select(each => each.Value).SequenceEqual([1, -1]));
        Assert.True(_time.IsArmed(s_turn));
        DeltaClient next = await TakeAsync(host);
        await next.HelloAsync(XdsTypes.Cluster, "a.default");
        await PassAsync(s_turn);
        Assert.Equal("a.default=1", await next.TakeAsync());
        _clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_server_stops()
    {
        await using XdsHost host = await StartAsync();
        await ServeAsync(host);
        DeltaClient[] waiting = [await TakeAsync(host), await TakeAsync(host), await TakeAsync(host)];
        Task stopping = host.StopAsync();
        foreach (DeltaClient client in waiting)
        {
            Assert.Equal(StatusCode.Unavailable, await client.EndAsync());
        }

        _clients.ForEach(client => client.Dispose());
        await stopping.InTime();
    }

    [Fact]
    public async Task The_time_for_the_first_request_begins_with_the_turn()
    {
        TimeSpan turn = TimeSpan.FromSeconds(1);
        TimeSpan patience = TimeSpan.FromSeconds(3);
        await using XdsHost host = await StartAsync(options => (options.NewStreamsPerSecond, options.FirstRequestTimeout) = (1, patience));
        DeltaClient served = new(host.Channel());
        await served.HelloAsync(XdsTypes.Cluster, "a.default");
        await served.TakeAsync();
        Assert.True(_time.IsArmed(patience));
        for (int i = 0; i < 5; i++)
        {
            await TakeAsync(host);
        }

        for (int i = 0; i < 5; i++)
        {
            await PassAsync(turn);
            await Eventually.Holds(() => _time.IsArmed(patience));
        }

        await _clients[4].HelloAsync(XdsTypes.Cluster, "a.default");
        Assert.Equal("a.default=1", await _clients[4].TakeAsync());
        Assert.Equal(StatusCode.DeadlineExceeded, await _clients[0].EndAsync());
        _clients.ForEach(client => client.Dispose());
        served.Dispose();
    }

    private Task<XdsHost> StartAsync(Action<XdsOptions>? configure = null) => XdsHost.StartAsync(
        new FakeStates("a.default=1"),
        options =>
        {
            options.NewStreamsPerSecond = AtOnce;
            configure?.Invoke(options);
        },
        _time);

    private async Task ServeAsync(XdsHost host)
    {
        for (int i = 0; i < AtOnce; i++)
        {
            DeltaClient client = new(host.Channel());
            _clients.Add(client);
            await client.SendAsync(XdsTypes.Cluster, request => request.Node = DeltaClient.Node($"web-{i}"), "a.default");
            await client.TakeAsync();
        }
    }

    // One that is taken without having said a word waits in line.
    private async Task<DeltaClient> TakeAsync(XdsHost host)
    {
        DeltaClient client = new(host.Channel());
        _clients.Add(client);
        await client.TakenAsync();
        return client;
    }

    private async Task PassAsync(TimeSpan turn)
    {
        await Eventually.Holds(() => _time.IsArmed(turn));
        _time.Advance(turn);
    }
}
