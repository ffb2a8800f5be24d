using static System.FormattableString;

namespace Mesh.Benchmarks.Reporting;

/// <summary>The targets and what became of them.</summary>
internal static class TargetTable
{
    public static void Write(IReadOnlyList<Target> targets, TextWriter output)
    {
        if (targets.Count == 0)
        {
            return;
        }

        TextTable table = new(["target", "measured", "limit", "A/A spread", "verdict"]);
        foreach (Target target in targets)
        {
            table.Add(
            [
                target.Text,
                Invariant($"{target.Value:F0} {target.Unit}"),
                Invariant($"{target.Limit:F0} {target.Unit}"),
                target.Spread > 0 ? Invariant($"{target.Spread:F0} {target.Unit}") : "",
                target.Verdict,
            ]);
        }

        table.Write(output);
    }
}
