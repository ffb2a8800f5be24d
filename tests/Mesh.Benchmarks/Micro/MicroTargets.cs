using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Reporting;

namespace Mesh.Benchmarks.Micro;

/// <summary>What the suite is to show, as added to the base.</summary>
internal static class MicroTargets
{
    /// <summary>By so much may the many cost more than the one.</summary>
    private const double MoreForMany = 1.2;

    /// <summary>The targets whose variants were measured.</summary>
    public static IReadOnlyList<Target> Of(Figures figures) =>
    [
        .. Cost(figures, Names.Http, Names.AllPolicies, nanoseconds: 350, bytes: 450),
        .. Relative(figures, Names.Http, Names.AllPolicies, Names.DiscoveryAndResilience, factor: 0.25),
        .. Cost(figures, Names.Http, Names.MetricsAndTrace, nanoseconds: 600, bytes: 700),
        .. Cost(figures, Names.Http, Names.SampledSpan, nanoseconds: 1500, bytes: null),
        .. Cost(figures, Names.Grpc, Names.AllPolicies, nanoseconds: 400, bytes: 600),
        .. Relative(figures, Names.Http, Names.Endpoints(10_000), Names.Endpoints(1), MoreForMany),
        .. Many(figures, Names.Http, RouteKind.Path),
        .. Many(figures, Names.Http, RouteKind.Method),
        .. Many(figures, Names.Grpc, RouteKind.GrpcMethod),
    ];

    private static IEnumerable<Target> Cost(Figures figures, string @case, string name, double nanoseconds, double? bytes)
    {
        if (figures.Find(@case, name) is { } result)
        {
            string text = result.Variant.FullName;
            yield return new Target($"{text}: added time", "ns", result.AddedTime.Median, nanoseconds, figures.Spread(@case));
            if (bytes is { } limit)
            {
                yield return new Target($"{text}: added allocations", "B", result.AddedBytes, limit, Spread: 0);
            }
        }
    }

    private static IEnumerable<Target> Many(Figures figures, string @case, RouteKind kind) => Relative(
        figures, @case, Names.Routes(kind.Counts[^1], kind.By), Names.Routes(kind.Counts[0], kind.By), MoreForMany);

    private static IEnumerable<Target> Relative(Figures figures, string @case, string name, string reference, double factor)
    {
        if (figures.Find(@case, name) is { } result && figures.Find(@case, reference) is { } other)
        {
            yield return new Target(
                FormattableString.Invariant($"{result.Variant.FullName}: added time, {factor} of '{reference}'"),
                "ns",
                result.AddedTime.Median,
                other.AddedTime.Median * factor,
                figures.Spread(@case));
        }
    }
}
