using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Reporting;

namespace Mesh.Benchmarks.Micro;

/// <summary>What a call costs inside the process: time and allocations of what lies between caller and network.</summary>
internal static class MicroSuite
{
    public static int Run(Arguments arguments)
    {
        IReadOnlyList<Variant> variants = Selection.Of([.. HttpVariants.All(), .. GrpcVariants.All(), .. AuthorizationVariants.All()], arguments.Only);
        if (variants.Count == 0)
        {
            Console.Error.WriteLine($"No variant's case/name contains '{arguments.Only}'.");
            return 2;
        }

        Figures figures = new(Harness.Measure(variants, arguments.Quick ? Plan.Quick : Plan.Full));
        RouteCost[] routes = [.. RouteCost.Of(figures, RouteKind.Header), .. RouteCost.Of(figures, RouteKind.Regex)];

        Console.WriteLine($"{figures.Rounds} rounds; time of the calling thread; no HttpClient.Timeout in any variant.\n");
        ResultTable.Write(figures, Names.DiscoveryAndResilience, Console.Out);
        RouteCost.Write(routes, Console.Out);
        TargetTable.Write(MicroTargets.Of(figures), Console.Out);
        if (arguments.JsonFile is { } file)
        {
            JsonReport.Write(file,
            [
                .. figures.Results.SelectMany(result => ResultEntries.Of(arguments.Suite, result)),
                .. routes.Select(route => route.ToEntry(arguments.Suite)),
            ]);
        }

        return 0;
    }
}
