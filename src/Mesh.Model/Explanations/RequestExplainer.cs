using System.Collections.Immutable;
using Mesh.Model.Matching;

namespace Mesh.Model.Explanations;

/// <summary>Explains what a client of the mesh would do with a request, by the code that does it.</summary>
internal static class RequestExplainer
{
    private static readonly MeshRoute s_default = new() { Name = "default" };

    /// <param name="service">The service that is called.</param>
    /// <param name="peer">For targets that are others: the service of a name as the rules have it; null where there is none.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="facts">The request.</param>
    /// <param name="isHttps">Whether it goes by <c>https</c>.</param>
    public static RequestExplanation Explain(
        MeshService service, Func<string, MeshService?> peer, ServiceIdentity caller, in RequestFacts facts, bool isHttps)
    {
        List<RouteExplanation> routes = [];
        TargetExplainer targets = new(service, peer, isHttps, facts.IsGrpc);
        double left = 1;
        string last = "";
        foreach (MeshRoute route in service.Routes.IsEmpty ? [s_default] : service.Routes)
        {
            List<MatchExplanation> matches = [];
            foreach (RouteMatch match in route.Match)
            {
                matches.Add(Explain(match, caller, facts));
            }

            double share = 1 - matches.Aggregate(route.Match.IsEmpty ? 0.0 : 1.0, (product, match) => product * (1 - Chance(match)));
            double odds = left * share;
            routes.Add(new RouteExplanation
            {
                Name = route.Name,
                Odds = odds,
                Verdict = Verdict(share, odds, left, last),
                Matches = [.. matches],
                Actions = [.. RouteActionWords.Of(route)],
                Targets = [.. route.Redirect is null && route.DirectResponse is null ? targets.Explain(route, odds) : []],
            });
            if (left > 0 && odds == left)
            {
                last = route.Name;
            }

            left -= odds;
        }

        return new RequestExplanation
        {
            Service = service.Name,
            Caller = caller.Name,
            Routes = [.. routes],
            Unmatched = left,
            Endpoints = Together(
                routes.Where(route => route.Odds > 0).SelectMany(route => route.Targets).SelectMany(target => target.Endpoints)),
        };
    }

    private static MatchExplanation Explain(RouteMatch match, ServiceIdentity caller, in RequestFacts facts) => new()
    {
        Obstacles =
        [
            .. match.Source is { } source && !source.IsMatch(caller)
                ? new[] { $"the caller {caller.Name}.{caller.Namespace} is not {SourceWords.Of(source)}" }
                : [],
            .. new RouteCondition(match).Obstacles(facts),
        ],
        Percent = match.Percent,
    };

    private static double Chance(MatchExplanation match) => match.Obstacles.IsEmpty ? (double)(match.Percent / 100) : 0;

    private static string Verdict(double share, double odds, double left, string last) =>
        left == 0 ? $"not reached: route {last} takes all such requests before"
        : share == 0 ? "not taken"
        : odds == 1 ? "taken"
        : $"taken by {Shares.Format(odds)} of such requests";

    private static ImmutableArray<EndpointOdds> Together(IEnumerable<EndpointOdds> endpoints) =>
    [
        .. endpoints.GroupBy(endpoint => (endpoint.Service, endpoint.Address), (_, same) =>
        {
            EndpointOdds[] all = [.. same];
            return all[0] with { Odds = all.Sum(endpoint => endpoint.Odds) };
        }).OrderByDescending(endpoint => endpoint.Odds),
    ];
}
