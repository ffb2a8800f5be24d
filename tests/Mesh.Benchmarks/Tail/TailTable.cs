using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Reporting;
using static System.FormattableString;

namespace Mesh.Benchmarks.Tail;

/// <summary>The figures for people, a table for each case.</summary>
internal static class TailTable
{
    public static void Write(TailFigures figures, TextWriter output)
    {
        foreach (IGrouping<TailCase, TailResult> results in figures.Cases)
        {
            TextTable table = new(
                [results.Key.Name, "p50 ms", "p99 ms", "p99.9 ms", "p99 ÷ base [q1 to q3]", "p99.9 ÷ base [q1 to q3]", "odd %", "success %", "extra %"]);
            foreach (TailResult result in results)
            {
                table.Add(Row(result));
            }

            table.Write(output);
            output.WriteLine();
        }
    }

    private static string[] Row(TailResult result)
    {
        return
        [
            result.Variant.Name,
            Invariant($"{Median(TailMetric.P50):F2}"),
            Invariant($"{Median(TailMetric.P99):F1}"),
            Invariant($"{Median(TailMetric.P999):F1}"),
            Ratio(TailMetric.P99),
            Ratio(TailMetric.P999),
            Invariant($"{Median(TailMetric.OddShare):F2}"),
            Invariant($"{Median(TailMetric.Success):F3}"),
            Invariant($"{Median(TailMetric.Extra):F3}"),
        ];

        double Median(TailMetric metric) => result.Of(metric).Median;

        string Ratio(TailMetric metric)
        {
            Quartiles ratio = result.Ratio(metric);
            return result.Variant.IsBase ? "" : Invariant($"{ratio.Median:F3} [{ratio.First:F3} to {ratio.Third:F3}]");
        }
    }
}
