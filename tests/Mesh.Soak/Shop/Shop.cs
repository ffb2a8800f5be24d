using System.Diagnostics;
using Mesh.Soak.Processes;
using Mesh.Soak.Reporting;

namespace Mesh.Soak.Shop;

/// <summary>All of its processes, and what became of them.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private const int Callers = 2;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly ServerProcess _server;
    private readonly List<ShopProcess> _webs = [];
    private readonly List<Trend> _serverLives = [];
    private readonly CancellationTokenSource _over = new();

    // Held while it is away.
    private readonly SemaphoreSlim _serverRuns = new(1);
    private readonly Task _watching;

    public Shop(ServerProcess server)
    {
        _server = server;
        Catalog = new Replicas(ShopServices.Catalog, server.Xds);
        Pricing = new Replicas(ShopServices.Pricing, server.Xds);
        _serverLives.Add(new Trend());
        _watching = Task.Run(WatchServerAsync);
    }

    public Replicas Catalog { get; }

    public Replicas Pricing { get; }

    public IReadOnlyList<ShopProcess> Webs => _webs;

    /// <summary>Of the server's longest life.</summary>
    public Trend ServerTrend => _serverLives.MaxBy(life => life.Count)!;

    public async Task StartAsync()
    {
        await Task.WhenAll(Catalog.StartAsync(), Pricing.StartAsync());
        _webs.AddRange(await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => ShopProcess.StartAsync(ShopServices.Web, _server.Xds))));
    }

    /// <summary>Until what all believe is what runs. Null: it was not within the time.</summary>
    public async Task<TimeSpan?> UntilBelievedAsync(TimeSpan within)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < within)
        {
            if (IsBelieved())
            {
                return Stopwatch.GetElapsedTime(start);
            }

            await Task.Delay(s_look);
        }

        return null;
    }

    public string DescribeBelief() =>
        $"catalog {string.Join(' ', Catalog.Ports)}, believed {Believed(_webs)}; pricing {string.Join(' ', Pricing.Ports)}, believed {Believed(Catalog.Running)}";

    public async Task KillServerAsync()
    {
        await _serverRuns.WaitAsync();
        await _server.KillAsync();
    }

    public async Task RestartServerAsync()
    {
        await _server.StartAsync();
        _serverLives.Add(new Trend());
        _serverRuns.Release();
    }

    /// <summary>Until all processes have taken what they asked for.</summary>
    public async Task<TimeSpan?> UntilInSyncAsync(TimeSpan within)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < within)
        {
            if (await Clients.AreInSyncAsync(_server.Api, _webs.Count + Catalog.Running.Count + Pricing.Running.Count))
            {
                return Stopwatch.GetElapsedTime(start);
            }

            await Task.Delay(s_look);
        }

        return null;
    }

    /// <summary>Returns once all calls have ended.</summary>
    public Task StopCallingAsync() => Task.WhenAll(_webs.Select(web => web.StopAsync()));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        foreach (ShopProcess web in _webs)
        {
            await web.DisposeAsync();
        }

        await Catalog.DisposeAsync();
        await Pricing.DisposeAsync();
        _over.Dispose();
        _serverRuns.Dispose();
    }

    private bool IsBelieved() =>
        _webs.TrueForAll(web => web.Figures?.Believed.SequenceEqual(Catalog.Ports) is true)
        && Catalog.Running.All(replica => replica.Figures?.Believed.SequenceEqual(Pricing.Ports) is true);

    private static string Believed(IEnumerable<ShopProcess> processes) =>
        string.Join(" or ", processes.Select(process => string.Join(' ', process.Figures?.Believed ?? [])).Distinct());

    private async Task WatchServerAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            await _serverRuns.WaitAsync();
            int process = _server.ProcessId;
            _serverLives[^1].Add(ProcessFacts.HandlesOf(process), ProcessFacts.MemoryOf(process));
            _serverRuns.Release();
            await Task.Delay(s_look * 5, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
