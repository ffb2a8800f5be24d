using Mesh.Benchmarks.Reporting;
using static System.FormattableString;

namespace Mesh.Benchmarks.Tail;

/// <summary>What the mesh, as it is by default, is to reach.</summary>
internal static class TailTargets
{
    /// <summary>The targets whose variants were measured.</summary>
    public static IReadOnlyList<Target> Of(TailFigures figures) =>
        [.. TailCase.All.SelectMany(@case => figures.Find(@case, TailVariant.Mesh) is { } mesh ? Of(figures, mesh) : [])];

    private static IEnumerable<Target> Of(TailFigures figures, TailResult mesh)
    {
        if (mesh.Case.HasSlow)
        {
            yield return Ratio(figures, mesh, TailMetric.P99, 0.15);
            yield return Ratio(figures, mesh, TailMetric.P999, 0.15);
            yield return Share(mesh, TailMetric.OddShare, 1);
        }
        else if (mesh.Case.HasFailing)
        {
            yield return Share(mesh, TailMetric.Failures, 0.05);
            yield return Share(mesh, TailMetric.Extra, 1);
        }
        else if (mesh.Case.Load == TailCase.Moderate)
        {
            yield return Ratio(figures, mesh, TailMetric.P99, 1.02);
        }
    }

    // What the sample of calls decides is a share of the ratio, whatever that is.
    private static Target Ratio(TailFigures figures, TailResult mesh, TailMetric metric, double limit) => new(
        Invariant($"{mesh.Case.Name}: {metric.Name} ÷ round robin's"),
        "",
        mesh.Ratio(metric).Median,
        limit,
        figures.Spread(mesh.Case, metric) * limit,
        Digits: 3);

    private static Target Share(TailResult mesh, TailMetric metric, double limit) =>
        new($"{mesh.Case.Name}: {metric.Name}", metric.Unit, mesh.Of(metric).Median, limit, Spread: 0, Digits: 3);
}
