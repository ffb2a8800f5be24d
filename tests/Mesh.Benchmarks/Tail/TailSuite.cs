using Mesh.Benchmarks.Reporting;
using static System.FormattableString;

namespace Mesh.Benchmarks.Tail;

/// <summary>How long the slowest calls take when a backend is slow, when one fails, and when none does.</summary>
internal static class TailSuite
{
    public static int Run(Arguments arguments)
    {
        IReadOnlyList<(TailCase, TailVariant)> subjects = TailSelection.Of(arguments.Only);
        if (subjects.Count == 0)
        {
            Console.Error.WriteLine($"No variant's case/name contains '{arguments.Only}'.");
            return 2;
        }

        TailPlan plan = arguments.Quick ? TailPlan.Quick : TailPlan.Full;
        TailFigures figures = TailRuns.Make(subjects, plan);

        (double lowest, double highest) = figures.Range(TailMetric.Offered);
        double latest = figures.Range(TailMetric.Lateness).Highest;
        Console.WriteLine(Invariant($"{plan.Rounds} rounds of {plan.Calls} calls, open loop, in simulated time; base: round robin alone."));
        Console.WriteLine(Invariant($"Runs offered {lowest:F1} to {highest:F1} % of the stated load; the latest call was {latest} ms late.\n"));
        TailTable.Write(figures, Console.Out);
        TargetTable.Write(TailTargets.Of(figures), Console.Out);
        if (arguments.JsonFile is { } file)
        {
            JsonReport.Write(file, figures.Results.SelectMany(result => TailEntries.Of(arguments.Suite, result)));
        }

        return 0;
    }
}
