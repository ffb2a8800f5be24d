using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Reporting;
using static System.FormattableString;

namespace Mesh.Benchmarks.Micro;

/// <summary>What one more route costs where all of them have to be tried in turn.</summary>
/// <param name="Variant">The most routes that were measured.</param>
/// <param name="Nanoseconds">Per route.</param>
internal sealed record RouteCost(Variant Variant, Quartiles Nanoseconds)
{
    /// <summary>From the least and the most routes that were measured, round by round; nothing when one is missing.</summary>
    public static IEnumerable<RouteCost> Of(Figures figures, RouteKind kind)
    {
        Result? least = figures.Find(Names.Http, Names.Routes(kind.Counts[0], kind.By));
        Result? most = figures.Find(Names.Http, Names.Routes(kind.Counts[^1], kind.By));
        if (least is not null && most is not null)
        {
            int routes = kind.Counts[^1] - kind.Counts[0];
            yield return new RouteCost(
                most.Variant,
                Quartiles.Of(most.AddedByRound.Zip(least.AddedByRound, (upper, lower) => (upper - lower) / routes)));
        }
    }

    public static void Write(IReadOnlyList<RouteCost> costs, TextWriter output)
    {
        if (costs.Count == 0)
        {
            return;
        }

        TextTable table = new(["routes tried in turn", "ns per route [q1 to q3]"]);
        foreach (RouteCost cost in costs)
        {
            Quartiles time = cost.Nanoseconds;
            table.Add([cost.Variant.Name, Invariant($"{time.Median:F1} [{time.First:F1} to {time.Third:F1}]")]);
        }

        table.Write(output);
        output.WriteLine();
    }

    public JsonEntry ToEntry(string suite) =>
        new(suite, Variant.Case, Variant.Name, "time per route", "ns", Nanoseconds.Median);
}
