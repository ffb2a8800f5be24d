using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Reporting;
using static System.FormattableString;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The figures of a cell for people: medians, with the medians and quartiles of the ratios to the baseline.</summary>
internal static class OutcomeTable
{
    private const string Ratio = "÷ raw [q1 to q3]";

    /// <param name="outcomes">What was measured.</param>
    /// <param name="missing">Who was to run, and could not.</param>
    /// <param name="output">Where to.</param>
    public static void Write(CellOutcomes outcomes, IEnumerable<Contender> missing, TextWriter output)
    {
        TextTable table = new(
        [
            outcomes.Cell.Name,
            "calls/s", Ratio, "p50 µs", Ratio, "p99 µs", "client CPU µs", Ratio, "total CPU µs", Ratio, "B", "added B",
        ]);
        foreach (Outcome outcome in outcomes.All)
        {
            table.Add(Row(outcome, outcomes.Raw));
        }

        foreach (Contender contender in missing)
        {
            table.Add([contender.Name, "not installed", .. Enumerable.Repeat("", 10)]);
        }

        table.Write(output);
        output.WriteLine();
    }

    private static string[] Row(Outcome outcome, Outcome raw)
    {
        double bytes = outcome.Value(Metric.Allocated).Median;
        return
        [
            outcome.Contender.Name,
            Invariant($"{outcome.Value(Metric.Throughput).Median:F0}"), ToRaw(Metric.Throughput),
            Time(Metric.P50), ToRaw(Metric.P50),
            Time(Metric.P99),
            Time(Metric.ClientCpu), ToRaw(Metric.ClientCpu),
            Time(Metric.TotalCpu), ToRaw(Metric.TotalCpu),
            Invariant($"{bytes:F0}"), outcome == raw ? "" : Invariant($"{bytes - raw.Value(Metric.Allocated).Median:F0}"),
        ];

        string Time(Metric metric) => Invariant($"{outcome.Value(metric).Median:F1}");

        string ToRaw(Metric metric)
        {
            Quartiles ratio = outcome.Ratio(metric, raw);
            return outcome == raw ? "" : Invariant($"{ratio.Median:F2} [{ratio.First:F2} to {ratio.Third:F2}]");
        }
    }
}
