using Mesh.Benchmarks.Measuring;
using static System.FormattableString;

namespace Mesh.Benchmarks.Reporting;

/// <summary>The figures for people, a table for each case.</summary>
internal static class ResultTable
{
    /// <param name="figures">What was measured.</param>
    /// <param name="peer">The variant whose added time the last column compares with.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Figures figures, string peer, TextWriter output)
    {
        foreach (IGrouping<string, Result> results in figures.Cases)
        {
            TextTable table = new([results.Key, "ns", "B", "added ns [q1 to q3]", "added B", $"÷ {peer}"]);
            foreach (Result result in results)
            {
                table.Add(Row(result, figures.AddedRatio(result, peer)));
            }

            table.Write(output);
            output.WriteLine();
        }
    }

    private static string[] Row(Result result, Quartiles? toPeer)
    {
        string[] own = [result.Variant.Name, Invariant($"{result.Time.Median:F0}"), Invariant($"{result.Bytes}")];
        if (result.IsBaseline)
        {
            return [.. own, "", "", ""];
        }

        Quartiles added = result.AddedTime;
        return
        [
            .. own,
            Invariant($"{added.Median:F0} [{added.First:F0} to {added.Third:F0}]"),
            Invariant($"{result.AddedBytes}"),
            toPeer is { } ratio ? Invariant($"{ratio.Median:F2}") : "",
        ];
    }
}
