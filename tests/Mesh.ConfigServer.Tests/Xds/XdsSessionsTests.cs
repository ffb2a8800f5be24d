using System.Diagnostics.Metrics;
using Grpc.Core;
using Mesh.ConfigServer.Tests.Infrastructure;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class XdsSessionsTests
{
    [Fact]
    public async Task Many_streams_are_ended_in_as_many_steps_as_a_clock_has()
    {
        WatchedTime time = new();
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        XdsMetrics metrics = new(services.GetRequiredService<IMeterFactory>());
        XdsOptions options = new() { DrainTime = TimeSpan.FromMilliseconds(100) };
        using XdsSessions sessions = new(options, time, metrics, NullLogger<XdsSessions>.Instance);
        SessionEnvironment environment = new(new Interests<ClientSession>(), options, time, metrics, NullLogger.Instance);
        List<ClientSession> all = [.. Enumerable.Range(0, 201)
            .Select(_ => new ClientSession(ClientNode.Parse(Bench.Node), "", StreamProtocol.Delta, environment))];
        all.ForEach(sessions.Add);

        Task draining = sessions.DrainAsync(TestContext.Current.CancellationToken);
        foreach (int ended in (int[])[101, 201])
        {
            await Eventually.Holds(() => time.IsArmed(TimeSpan.FromMilliseconds(50)));
            Assert.Equal(ended, all.Count(session => session.EndStatus.StatusCode is StatusCode.Unavailable));
            Assert.False(draining.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(50));
        }

        await draining.InTime();
        all.ForEach(session => session.Dispose());
    }
}
