using System.Collections.Immutable;

namespace Mesh.Model.Matching;

/// <summary>
/// Finds a request's route: the first in the list that has a match which holds, or no matches at all. Immutable; takes no
/// locks and allocates nothing of its own. Routes that path, HTTP method or gRPC method tell apart are looked up; those
/// told apart by headers or regular expressions alone are tried in turn.
/// </summary>
internal sealed class RouteTable<TRoute>
    where TRoute : class
{
    private readonly TRoute[] _routes;
    private readonly RouteIndex _index;

    /// <exception cref="InvalidOperationException">A match carries a condition that is not evaluated.</exception>
    public RouteTable(IReadOnlyList<(ImmutableArray<RouteMatch> Matches, TRoute Route)> routes)
    {
        _routes = [.. routes.Select(entry => entry.Route)];
        _index = new RouteIndex(routes.SelectMany((entry, ordinal) =>
            entry.Matches.DefaultIfEmpty(new RouteMatch()).Select(match => IndexedMatch.Of(ordinal, match))));
    }

    /// <summary>Null when no route takes the request.</summary>
    public TRoute? Match(in RequestFacts facts)
    {
        int ordinal = _index.Find(facts);
        return ordinal == RouteIndex.None ? null : _routes[ordinal];
    }
}
