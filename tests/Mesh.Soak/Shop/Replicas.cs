using System.Diagnostics;

namespace Mesh.Soak.Shop;

/// <summary>The replicas of a service, which come and go, each at a port of its own.</summary>
internal sealed class Replicas(string service, string server) : IAsyncDisposable
{
    private const int Count = 3;

    private readonly List<ShopProcess> _running = [];
    private int _next;

    public string Service => service;

    public IReadOnlyList<ShopProcess> Running => _running;

    /// <summary>Where they listen, in order.</summary>
    public int[] Ports => [.. _running.Select(process => process.Port).Order()];

    /// <summary>How many were restarted.</summary>
    public int Restarts { get; private set; }

    public TimeSpan SlowestStop { get; private set; }

    public async Task StartAsync() => _running.AddRange(await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => ShopProcess.StartAsync(service, server))));

    /// <summary>Stops one after the other, each of which starts again at another port before the next one stops.</summary>
    public async Task RestartAllAsync()
    {
        for (int i = 0; i < Count; i++)
        {
            await RestartAsync(i);
        }
    }

    /// <summary>Stops the next one, and starts it again.</summary>
    /// <returns>Where it listened.</returns>
    public async Task<int> RestartNextAsync()
    {
        int i = _next++ % Count;
        int port = _running[i].Port;
        await RestartAsync(i);
        return port;
    }

    /// <summary>Kills the next one, and starts another in its place.</summary>
    /// <returns>Where it listened.</returns>
    public async Task<int> KillNextAsync()
    {
        int i = _next++ % Count;
        ShopProcess process = _running[i];
        await process.KillAsync();
        await process.DisposeAsync();
        _running[i] = await ShopProcess.StartAsync(service, server);
        return process.Port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ShopProcess process in _running)
        {
            await process.DisposeAsync();
        }
    }

    private async Task RestartAsync(int i)
    {
        long start = Stopwatch.GetTimestamp();
        await _running[i].TerminateAsync();
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        await _running[i].DisposeAsync();
        SlowestStop = took > SlowestStop ? took : SlowestStop;
        _running[i] = await ShopProcess.StartAsync(service, server);
        Restarts++;
    }
}
