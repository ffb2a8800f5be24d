namespace Mesh.Benchmarks.Measuring;

/// <summary>A variant while it is measured.</summary>
/// <param name="variant">The variant.</param>
/// <param name="baseline">What runs beside it; null for a baseline, which runs alone.</param>
internal sealed class Subject(Variant variant, Subject? baseline)
{
    /// <summary>Length of a slice: long enough that starting it costs nothing, short enough that both of a pair meet the same machine.</summary>
    private const double SliceNanoseconds = 2e6;

    private readonly Workload _workload = variant.Prepare();
    private readonly List<(Slice Own, Slice Beside)> _rounds = [];
    private int _calls = 100;

    /// <summary>Makes the first calls.</summary>
    public void Start(int calls)
    {
        try
        {
            Slice.Run(_workload, calls);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"The variant '{variant.FullName}' does not work.", fault);
        }
    }

    /// <summary>Runs some slices and learns how many calls fill one.</summary>
    public void WarmUp()
    {
        for (int i = 0; i < 10; i++)
        {
            _calls = Math.Max(1, (int)(SliceNanoseconds / RunSlice().Nanoseconds));
        }
    }

    public void Measure(bool baselineFirst)
    {
        if (baseline is null)
        {
            Slice alone = RunSlice();
            _rounds.Add((alone, alone));
            return;
        }

        Slice? before = baselineFirst ? baseline.RunSlice() : null;
        Slice own = RunSlice();
        _rounds.Add((own, before ?? baseline.RunSlice()));
    }

    public Result ToResult() => new(variant, _rounds);

    private Slice RunSlice() => Slice.Run(_workload, _calls);
}
