namespace Mesh.Benchmarks.Measuring;

/// <summary>A short run of one workload: what a call took and allocated.</summary>
/// <param name="Nanoseconds">Time per call.</param>
/// <param name="Bytes">Bytes that the whole process allocated, per call.</param>
internal readonly record struct Slice(double Nanoseconds, double Bytes)
{
    public static Slice Run(Workload workload, int calls)
    {
        using IDisposable? surroundings = workload.Surroundings?.Invoke();

        // The caches and branch predictors still hold the slice before.
        Loop(workload.Call, 1 + (calls / 8));
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        double start = CallerClock.Nanoseconds;
        Loop(workload.Call, calls);
        double elapsed = CallerClock.Nanoseconds - start;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new Slice(elapsed / calls, (double)bytes / calls);
    }

    private static void Loop(Func<Task> call, int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            call().GetAwaiter().GetResult();
        }
    }
}
