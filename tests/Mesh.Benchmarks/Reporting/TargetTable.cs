using System.Globalization;

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
                Figure(target, target.Value),
                Figure(target, target.Limit),
                target.Spread > 0 ? Figure(target, target.Spread) : "",
                target.Verdict,
            ]);
        }

        table.Write(output);
    }

    private static string Figure(Target target, double value) =>
        $"{value.ToString($"F{target.Digits}", CultureInfo.InvariantCulture)} {target.Unit}".TrimEnd();
}
