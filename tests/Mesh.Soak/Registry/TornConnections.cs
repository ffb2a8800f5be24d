using System.Diagnostics;
using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Registry;

/// <summary>Processes whose way to the config server is torn in all the ways that networks know.</summary>
internal sealed class TornConnections(ServerProcess server, TimeSpan ttl, int rounds, Claims claims)
{
    private const string Service = "catalog";
    private const int Count = 6;

    // Waits between tries grow to 30 s.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    private readonly List<Instance> _instances = [];
    private readonly List<string> _wrong = [];
    private readonly List<string> _lost = [];
    private TimeSpan _slowest;
    private int _tears;

    public async Task RunAsync()
    {
        await using TcpProxy network = new(new Uri(server.Xds));
        await using Watcher watcher = await Watcher.StartAsync(server.Xds, [Service]);
        for (int i = 0; i < Count; i++)
        {
            _instances.Add(await Instance.StartAsync(Service, network.Address));
        }

        await BelievedAsync(watcher, "the start");
        for (int round = 0; round < rounds; round++)
        {
            await TearAsync(network, watcher);
        }

        foreach (Instance instance in _instances)
        {
            await instance.DisposeAsync();
        }

        bool isEmpty = await Wait.UntilAsync(() => watcher.Of(Service).Length == 0, s_limit);
        claims.Add("what a client believes is what runs, whatever becomes of connections", _wrong, $"{_tears} times, the slowest after {_slowest.TotalSeconds:0.0} s");
        claims.Add("a connection that breaks, is slow, or swallows all, takes nobody away", _lost, $"{rounds * 6} times, {Count} processes");
        claims.Add("all who stop are gone", isEmpty, $"{Count} processes");
    }

    private async Task TearAsync(TcpProxy network, Watcher watcher)
    {
        await WithoutLossAsync(watcher, "a cut", () =>
        {
            network.Cut();
            return Task.CompletedTask;
        });
        await WithoutLossAsync(watcher, "a half-close", () =>
        {
            network.HalfClose();
            return Task.CompletedTask;
        });
        await WithoutLossAsync(watcher, "a slow network", async () =>
        {
            network.Delay = TimeSpan.FromMilliseconds(150);
            await Task.Delay(s_moment);
            network.Cut();
            await Task.Delay(s_moment);
            network.Delay = TimeSpan.Zero;
        });
        await WithoutLossAsync(watcher, "a silence that is short", async () =>
        {
            network.Swallow();
            await Task.Delay(s_moment);
            network.Resume();
        });

        // Longer than all are believed, with the look after that.
        await WithoutLossAsync(watcher, "a silence that is long", async () =>
        {
            network.Swallow();
            await Task.Delay(ttl + (3 * s_moment));
            network.Resume();
        });

        network.Cut();
        await _instances[0].DisposeAsync();
        _instances.RemoveAt(0);
        _instances.Add(await Instance.StartAsync(Service, network.Address));
        await BelievedAsync(watcher, "a process that goes while it has no connection");
        await WithoutLossAsync(watcher, "the server's death", async () =>
        {
            await server.KillAsync();
            await server.StartAsync();
        });
    }

    private async Task WithoutLossAsync(Watcher watcher, string what, Func<Task> tear)
    {
        int fewest = Count;
        Task done = tear();
        while (!done.IsCompleted)
        {
            fewest = Math.Min(fewest, watcher.Of(Service).Length);
            await Task.Delay(10);
        }

        await done;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < ttl; await Task.Delay(20))
        {
            fewest = Math.Min(fewest, watcher.Of(Service).Length);
        }

        if (fewest < Count)
        {
            _lost.Add($"{what}: {fewest} of {Count}");
        }

        await BelievedAsync(watcher, what);
    }

    private async Task BelievedAsync(Watcher watcher, string after)
    {
        long start = Stopwatch.GetTimestamp();
        (int, bool)[] runs = [.. _instances.Select(instance => (instance.Port, true)).Order()];
        _tears++;
        if (!await Wait.UntilAsync(() => watcher.Of(Service).SequenceEqual(runs), s_limit))
        {
            _wrong.Add($"{after}: {string.Join(' ', watcher.Of(Service))} for {string.Join(' ', runs)}");
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        _slowest = took > _slowest ? took : _slowest;
    }
}
