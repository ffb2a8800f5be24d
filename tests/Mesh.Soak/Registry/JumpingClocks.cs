using System.Diagnostics;
using Mesh.Soak.Clocks;
using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Registry;

/// <summary>The date of the config server jumps by an hour, to and fro, and that of a process that registers.</summary>
internal sealed class JumpingClocks(Claims claims) : IAsyncDisposable
{
    private const string Service = "clocks";
    private const int Count = 4;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_ttl = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    // The server looks once a second, and the machine may have other work.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-soak-");
    private readonly string _address = $"127.0.0.1:{Ports.Free()}";
    private readonly List<ClockProcess> _instances = [];
    private readonly List<string> _lost = [];
    private readonly List<string> _stayed = [];
    private ClockProcess? _server;
    private TimeSpan _slowest;
    private int _jumps;
    private int _kills;

    public async Task RunAsync()
    {
        await StartServerAsync(TimeSpan.Zero);
        await using TcpProxy network = new(new Uri($"http://{_address}"));
        await using Watcher watcher = await Watcher.StartAsync($"http://{_address}", [Service]);
        for (int i = 0; i < Count; i++)
        {
            _instances.Add(await ClockProcess.StartInstanceAsync(Service, network.Address));
        }

        await BelievedAsync(watcher, "the start");
        foreach (TimeSpan clock in new[] { s_hour, -s_hour })
        {
            await WithoutLossAsync(watcher, $"the server's clock is at {clock}", () => _server!.SetAsync(clock));
            await KillAsync(watcher, network);
        }

        foreach (TimeSpan clock in new[] { s_hour, -s_hour })
        {
            await WithoutLossAsync(watcher, $"a process's clock is at {clock}", () => _instances[0].SetAsync(clock));

            // It registers anew, by an epoch that has to be higher than its last.
            await WithoutLossAsync(watcher, $"a process's clock is at {clock}, and its connection is cut", () =>
            {
                network.Cut();
                return Task.CompletedTask;
            });
        }

        // Its clock is an hour back.
        await KillAsync(watcher, network);
        foreach (TimeSpan clock in new[] { TimeSpan.Zero, -s_hour })
        {
            // From -1 h to 0 it seems to have been away for an hour, and then to start before it stopped.
            await WithoutLossAsync(watcher, $"the server is killed, and its clock at {clock} when it is back", async () =>
            {
                await KillServerAsync();
                await StartServerAsync(clock);
                await Task.Delay(s_grace);
            });
            await KillAsync(watcher, network);
        }

        claims.Add("a clock that jumps by an hour takes nobody away, and newer epochs win", _lost, $"{_jumps} times, {Count} processes");
        claims.Add($"and who is killed is gone within {s_ttl.TotalSeconds} s and a little", _stayed, $"{_kills} times, at the latest after {_slowest.TotalSeconds:0.0} s");
        await new Twins($"http://{_address}", "with the server's clock an hour back, ", claims).RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ClockProcess instance in _instances)
        {
            await instance.DisposeAsync();
        }

        await KillServerAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartServerAsync(TimeSpan clock) =>
        _server = await ClockProcess.StartServerAsync(clock, _address, Path.Combine(_folder.FullName, "data"), s_ttl, s_grace);

    private async Task KillServerAsync()
    {
        if (_server is not null)
        {
            await _server.KillAsync();
            await _server.DisposeAsync();
            _server = null;
        }
    }

    private async Task WithoutLossAsync(Watcher watcher, string what, Func<Task> jump)
    {
        _jumps++;
        int fewest = Count;
        Task done = jump();
        for (long start = Stopwatch.GetTimestamp(); !done.IsCompleted || Stopwatch.GetElapsedTime(start) < s_ttl + s_moment; await Task.Delay(20))
        {
            fewest = Math.Min(fewest, watcher.Of(Service).Length);
        }

        await done;
        if (fewest < Count)
        {
            _lost.Add($"{what}: {fewest} of {Count}");
        }

        await BelievedAsync(watcher, what);
    }

    private async Task KillAsync(Watcher watcher, TcpProxy network)
    {
        int port = _instances[0].Port;
        await _instances[0].KillAsync();
        await _instances[0].DisposeAsync();
        _instances.RemoveAt(0);
        _kills++;
        long start = Stopwatch.GetTimestamp();
        if (!await Wait.UntilAsync(() => !watcher.Of(Service).Any(one => one.Port == port), s_ttl + s_slack))
        {
            _stayed.Add($"{port}");
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        _slowest = took > _slowest ? took : _slowest;
        _instances.Add(await ClockProcess.StartInstanceAsync(Service, network.Address));
        await BelievedAsync(watcher, "a new one");
    }

    private async Task BelievedAsync(Watcher watcher, string after)
    {
        (int, bool)[] runs = [.. _instances.Select(instance => (instance.Port, true)).Order()];
        if (!await Wait.UntilAsync(() => watcher.Of(Service).SequenceEqual(runs), s_limit))
        {
            _lost.Add($"{after}: {string.Join(' ', watcher.Of(Service))} for {string.Join(' ', runs)}");
        }
    }
}
