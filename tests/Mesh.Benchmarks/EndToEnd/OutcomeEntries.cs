using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Reporting;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The figures of a cell, one by one.</summary>
internal static class OutcomeEntries
{
    public static IEnumerable<JsonEntry> Of(string suite, CellOutcomes outcomes)
    {
        foreach (Outcome outcome in outcomes.All)
        {
            foreach (Metric metric in Metric.All)
            {
                Quartiles ratio = outcome.Ratio(metric, outcomes.Raw);
                yield return Entry(outcome, metric.Name, metric.Unit, outcome.Value(metric).Median, ratio.Median);
                if (outcome.Contender != Contender.Raw)
                {
                    yield return Entry(outcome, $"{metric.Name} ratio, first quartile", "x", ratio.First);
                    yield return Entry(outcome, $"{metric.Name} ratio, third quartile", "x", ratio.Third);
                }
            }
        }

        JsonEntry Entry(Outcome outcome, string metric, string unit, double value, double? ratio = null) =>
            new(suite, outcomes.Cell.Name, outcome.Contender.Name, metric, unit, value, ratio, Contender.Raw.Name);
    }
}
