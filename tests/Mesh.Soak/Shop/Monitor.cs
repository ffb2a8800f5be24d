using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mesh.Client;
using Mesh.Soak.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Soak.Shop;

/// <summary>Tells again and again how this process is.</summary>
internal sealed class Monitor : IDisposable
{
    private const string Retries = "mesh.client.retries";
    private const string RetriesRefused = "mesh.client.retry_budget.exhausted";

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(250);

    // A look at the memory is a full collection.
    private const int MemoryEvery = 8;

    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly IServiceMesh _mesh;
    private readonly string? _behind;
    private long _calls;
    private long _retries;
    private long _refused;
    private long _lastGood;
    private TimeSpan _longestGap;

    public Monitor(IServiceProvider services, string? behind)
    {
        (_mesh, _behind) = (services.GetRequiredService<IServiceMesh>(), behind);
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is Retries or RetriesRefused)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measurement, _, _) =>
            Interlocked.Add(ref instrument.Name == Retries ? ref _retries : ref _refused, measurement));
        _listener.Start();
    }

    public void Ended(bool isGood)
    {
        lock (_gate)
        {
            _calls++;
            if (isGood)
            {
                long now = Stopwatch.GetTimestamp();
                TimeSpan gap = _lastGood == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_lastGood, now);
                (_lastGood, _longestGap) = (now, gap > _longestGap ? gap : _longestGap);
            }
        }
    }

    public async Task TellAsync(CancellationToken stop)
    {
        long memory = 0;
        for (int turn = 0; !stop.IsCancellationRequested; turn++)
        {
            if (turn % MemoryEvery == 0)
            {
                memory = GC.GetTotalMemory(forceFullCollection: true);
            }

            new Told(Figures: Look(memory)).Write();
            await Task.Delay(s_period, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _listener.Dispose();

    private Figures Look(long memory)
    {
        int[] believed = [.. _mesh.Describe().Services.Where(service => service.Name.Split('.')[0] == _behind)
            .SelectMany(service => service.Endpoints).Select(endpoint => ShopCalls.PortOf(endpoint.Address)).Order()];
        lock (_gate)
        {
            return new Figures(_calls, Interlocked.Read(ref _retries), Interlocked.Read(ref _refused), _longestGap.TotalMilliseconds, ProcessFacts.HandlesOf(Environment.ProcessId), memory, believed);
        }
    }
}
