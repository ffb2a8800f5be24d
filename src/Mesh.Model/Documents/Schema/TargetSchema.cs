using System.Collections.Immutable;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>To</c>: where a route's requests go.</summary>
internal static class TargetSchema
{
    public static ListOf<RouteTarget> List { get; } = new(Section(), ListForm.Keyed, Collect);

    private static Section<RouteTarget> Section() => new(new RouteTarget())
    {
        { "Service", "Not given: the service that the route belongs to.", Names.Service, t => t.Service, (t, v) => t with { Service = v } },
        {
            "Subset", "One of the service's Subsets, else a version. Not given: all endpoints.",
            Texts.Line, t => t.Subset, (t, v) => t with { Subset = v }
        },
        {
            "Weight", "Its share of the requests relative to the others.",
            Numbers.Whole(0, 1_000_000), t => t.Weight, (t, v) => t with { Weight = v }
        },
    };

    private static ImmutableArray<RouteTarget> Collect(DocumentNode list, ImmutableArray<Entry<RouteTarget>> entries, Reading reading)
    {
        if (!entries.IsEmpty && entries.All(entry => entry.Value.Weight == 0))
        {
            reading.Fault(list, "All weights are 0: no request could go anywhere.");
        }

        return [.. entries.Select(entry => entry.Value)];
    }
}
