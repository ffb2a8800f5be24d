using Mesh.Benchmarks.Reporting;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What the suite is to show of the mesh.</summary>
internal static class EndToEndTargets
{
    private const double AddedBytes = 700;

    /// <summary>The targets of a cell whose contenders were measured.</summary>
    public static IEnumerable<Target> Of(CellOutcomes outcomes)
    {
        if (outcomes.Find(Contender.Mesh) is not { } mesh || outcomes.Cell.Protocol.ClosesConnections)
        {
            yield break;
        }

        string text = $"{outcomes.Cell.Name}: mesh";
        foreach (Metric metric in (Metric[])[Metric.Throughput, Metric.P50, Metric.ClientCpu])
        {
            yield return LikeRaw(outcomes, mesh, metric, text);
        }

        if (!outcomes.Cell.Protocol.IsSecure)
        {
            double added = mesh.Value(Metric.Allocated).Median - outcomes.Raw.Value(Metric.Allocated).Median;
            yield return new Target($"{text}, added allocations", "B", added, AddedBytes, Spread: 0);
        }

        if (outcomes.Find(Contender.HaproxyPair) is { } pair)
        {
            double ratio = mesh.Ratio(Metric.Throughput, pair).Median;
            double limit = outcomes.Cell.Protocol.IsHttp2 ? 2.3 : 1.8;
            yield return new Target(
                $"{text}, throughput ÷ {pair.Contender.Name}", "", ratio, limit, ratio * outcomes.Spread(Metric.Throughput), Digits: 2)
            {
                IsLeast = true,
            };
        }
    }

    /// <summary>That the difference to raw is none, or a gain: below the A/A spread is as good as the mesh can be shown to be.</summary>
    private static Target LikeRaw(CellOutcomes outcomes, Outcome mesh, Metric metric, string text) => new(
        $"{text}, {metric.Name} ÷ raw", "", mesh.Ratio(metric, outcomes.Raw).Median, Limit: 1, outcomes.Spread(metric), Digits: 2)
    {
        IsLeast = metric == Metric.Throughput,
    };
}
