using System.Collections.Immutable;

namespace Mesh.Model.Matching;

/// <summary>
/// Finds a request's route: the first in the list that has a match which holds, or no matches at all. Immutable; takes no
/// locks and allocates nothing of its own. Routes that path, HTTP method or gRPC method tell apart are looked up; those
/// told apart by the other conditions alone are tried in turn. Matches for other callers than this process are left out.
/// </summary>
internal sealed class RouteTable<TRoute>
    where TRoute : class
{
    private readonly TRoute[] _routes;
    private readonly RouteIndex _index;

    /// <param name="routes">In the order in which they are tried.</param>
    /// <param name="caller">This process, with its name.</param>
    public RouteTable(IReadOnlyList<(ImmutableArray<RouteMatch> Matches, TRoute Route)> routes, ServiceIdentity caller)
    {
        _routes = [.. routes.Select(entry => entry.Route)];
        _index = new RouteIndex(routes.SelectMany((entry, ordinal) =>
            entry.Matches.DefaultIfEmpty(new RouteMatch())
                .Where(match => match.Source?.IsMatch(caller) ?? true)
                .Select(match => IndexedMatch.Of(ordinal, match))));
    }

    /// <summary>Null when no route takes the request.</summary>
    public TRoute? Match(in RequestFacts facts)
    {
        int ordinal = _index.Find(facts);
        return ordinal == RouteIndex.None ? null : _routes[ordinal];
    }
}
