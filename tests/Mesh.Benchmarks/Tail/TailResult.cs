using Mesh.Benchmarks.Measuring;

namespace Mesh.Benchmarks.Tail;

/// <summary>What the runs of a variant showed, round by round beside the base's.</summary>
/// <param name="Case">The case.</param>
/// <param name="Variant">The variant.</param>
/// <param name="Own">By round.</param>
/// <param name="Beside">The base of the same round: the same calls, but for its copy.</param>
internal sealed record TailResult(TailCase Case, TailVariant Variant, IReadOnlyList<TailSample> Own, IReadOnlyList<TailSample> Beside)
{
    public string FullName => $"{Case.Name}/{Variant.Name}";

    public Quartiles Of(TailMetric metric) => Quartiles.Of(Own.Select(metric.Of));

    /// <summary>In terms of the base's.</summary>
    public Quartiles Ratio(TailMetric metric) =>
        Quartiles.Of(Own.Zip(Beside, (own, beside) => metric.Of(own) / metric.Of(beside)));
}
