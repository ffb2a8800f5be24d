using System.Diagnostics;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>A closed loop: so many callers, each of which calls again as soon as it has its answer.</summary>
/// <param name="caller">Makes a caller, for answers of the given length.</param>
internal sealed class Load(Func<int, Func<Task>> caller)
{
    /// <summary>More calls than a caller can make in a turn.</summary>
    private const int Capacity = 1 << 16;

    private readonly Dictionary<LoadOrder, Func<Task>[]> _callers = [];
    private readonly List<long[]> _times = [];

    public async Task<LoadReport> RunAsync(LoadOrder order)
    {
        Func<Task>[] callers = Prepare(order);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        long end = start + (long)(order.Length.TotalSeconds * Stopwatch.Frequency);
        int[] calls = await Task.WhenAll(callers.Select((call, i) => Task.Run(() => RepeatAsync(call, _times[i], end))));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;

        long[] sorted = [.. calls.SelectMany((count, i) => _times[i].Take(count)).Order()];
        return new LoadReport(sorted.Length, elapsed, At(sorted, 0.5), At(sorted, 0.99), cpu, allocated);
    }

    /// <summary>Everything that a turn needs besides the calls, so that it does not show in what the calls allocate.</summary>
    private Func<Task>[] Prepare(LoadOrder order)
    {
        if (!_callers.TryGetValue(order, out Func<Task>[]? callers))
        {
            callers = [.. Enumerable.Range(0, order.Concurrency).Select(_ => caller(order.Bytes))];
            _callers.Add(order, callers);
        }

        while (_times.Count < order.Concurrency)
        {
            _times.Add(new long[Capacity]);
        }

        return callers;
    }

    /// <summary>How many calls were made before the end, whose times are in the list.</summary>
    private static async Task<int> RepeatAsync(Func<Task> call, long[] times, long end)
    {
        int calls = 0;
        for (long now = Stopwatch.GetTimestamp(); now < end;)
        {
            await call().ConfigureAwait(false);
            long then = Stopwatch.GetTimestamp();
            times[calls++] = then - now;
            now = then;
        }

        return calls;
    }

    private static TimeSpan At(long[] sorted, double quantile) =>
        Stopwatch.GetElapsedTime(0, sorted[(int)(quantile * (sorted.Length - 1))]);
}
