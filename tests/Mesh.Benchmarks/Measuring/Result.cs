namespace Mesh.Benchmarks.Measuring;

/// <summary>What was measured of one variant, round by round beside its baseline.</summary>
internal sealed class Result
{
    private readonly IReadOnlyList<(Slice Own, Slice Beside)> _rounds;

    /// <param name="variant">The variant.</param>
    /// <param name="rounds">Its slices, each with the baseline's slice next to it; with itself when it is the baseline.</param>
    public Result(Variant variant, IReadOnlyList<(Slice Own, Slice Beside)> rounds)
    {
        _rounds = rounds;
        Variant = variant;
        IsBaseline = variant.Name == Variant.Base;
        AddedByRound = [.. rounds.Select(round => round.Own.Nanoseconds - round.Beside.Nanoseconds)];
    }

    public Variant Variant { get; }

    public bool IsBaseline { get; }

    /// <summary>Nanoseconds per call over the baseline, by round.</summary>
    public IReadOnlyList<double> AddedByRound { get; }

    /// <summary>Nanoseconds per call over the baseline.</summary>
    public Quartiles AddedTime => Quartiles.Of(AddedByRound);

    /// <summary>Nanoseconds per call.</summary>
    public Quartiles Time => Quartiles.Of(_rounds.Select(round => round.Own.Nanoseconds));

    /// <summary>Time in terms of the baseline's.</summary>
    public Quartiles Ratio => Quartiles.Of(_rounds.Select(round => round.Own.Nanoseconds / round.Beside.Nanoseconds));

    /// <summary>Bytes per call: the median, so that what background work allocates now and then does not show.</summary>
    public long Bytes => Median(_rounds.Select(round => round.Own.Bytes));

    /// <summary>Bytes per call of the baseline.</summary>
    public long BaselineBytes => Median(_rounds.Select(round => round.Beside.Bytes));

    /// <summary>Bytes per call over the baseline.</summary>
    public long AddedBytes => Bytes - BaselineBytes;

    private static long Median(IEnumerable<double> values) => (long)Math.Round(Quartiles.Of(values).Median);
}
