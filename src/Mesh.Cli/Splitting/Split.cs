using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;
using Mesh.Model;

namespace Mesh.Cli.Splitting;

/// <summary>The shares of a route's targets, after they were changed in a service's document.</summary>
internal sealed record Split(string Route, ImmutableArray<SplitTarget> Targets)
{
    private const string NewRoute = "split";
    private const int Whole = 100;

    /// <summary>Changes the document.</summary>
    /// <param name="document">The service's.</param>
    /// <param name="weights">What was asked for.</param>
    /// <param name="routeName">Of which route; null: of the one that takes every request.</param>
    /// <param name="registered">Endpoints that are not in the document.</param>
    /// <exception cref="ToolException">It cannot be done as it was asked for.</exception>
    public static Split Change(JsonObject document, IReadOnlyList<SubsetWeight> weights, string? routeName, IReadOnlyList<EndpointEntry> registered)
    {
        Subsets subsets = new(document, registered);
        foreach (SubsetWeight weight in weights)
        {
            subsets.Require(weight.Subset);
        }

        (string name, JsonObject route) = FindOrAddRoute(document, routeName);
        ImmutableArray<SplitTarget> targets = Shares(weights, Current(document, route, weights, subsets));
        route["to"] = new JsonArray([.. targets.Select(target => target.ToJson())]);
        return new Split(name, targets);
    }

    private static (string Name, JsonObject Route) FindOrAddRoute(JsonObject document, string? name)
    {
        DocumentRoute[] routes = DocumentRoute.All(document["routes"]);
        if (routes.Length == 0 && name is null)
        {
            JsonObject added = new() { ["name"] = NewRoute };
            document["routes"] = new JsonArray(added);
            return (NewRoute, added);
        }

        DocumentRoute? chosen = routes.FirstOrDefault(
            route => name is null ? route.TakesEveryRequest : route.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        string names = string.Join(", ", routes.Select(route => route.Name));
        return chosen is null ? throw new ToolException(
                name is null ? ExitCode.Usage : ExitCode.NotFound,
                name is null ? $"No route takes every request. Say with --route which one is meant: {names}."
                    : $"The service has no route {name}. It has {(names.Length == 0 ? "none" : names)}.")
            : chosen.AnswersItself ? throw new ToolException(
                ExitCode.Failed, $"Route {chosen.Name} answers by itself and sends nothing on. Say with --route which other one is meant.")
            : (chosen.Name, chosen.Json);
    }

    private static ImmutableArray<SplitTarget> Current(
        JsonObject document, JsonObject route, IReadOnlyList<SubsetWeight> weights, Subsets subsets)
    {
        string space = document["namespace"]?.ToString() ?? ServiceIdentity.DefaultNamespace;
        DocumentKey owner = new(DocumentKey.Service, space, $"{document["name"]}");
        SplitTarget[] targets = [.. JsonEntries.Of(route["to"]).OfType<JsonObject>().Select(target => SplitTarget.Of(target, owner))];
        bool isPart = weights.Sum(weight => weight.Weight) != Whole;
        if (targets.Length == 0)
        {
            // It goes to all endpoints: those of each version share in it, and none is to be forgotten.
            if (isPart && subsets.Nameless is [var nameless, ..])
            {
                throw new ToolException(
                    ExitCode.Usage,
                    $"The endpoint {nameless} has no version, and is in no subset: it could get none of what is left. "
                    + $"Give it a version, or weights that add up to {Whole}, without it.");
            }

            return [.. subsets.Known.Select(subset => SplitTarget.OfSubset(subset, 1))];
        }

        // The rest of a single share goes to those that the route has left out so far.
        return isPart && weights is [var single] && targets.All(target => target.Is(single.Subset))
            ? [.. targets, .. subsets.Known.Where(subset => !single.IsOf(subset)).Select(subset => SplitTarget.OfSubset(subset, 0))]
            : [.. targets];
    }

    private static ImmutableArray<SplitTarget> Shares(IReadOnlyList<SubsetWeight> weights, ImmutableArray<SplitTarget> current)
    {
        SplitTarget[] others = [.. current.Where(target => !weights.Any(weight => target.Is(weight.Subset)))];
        decimal given = weights.Sum(weight => weight.Weight);
        if (others.Length > 0 && given > Whole)
        {
            throw new ToolException(
                ExitCode.Usage,
                $"{given} of {Whole} leaves nothing for {string.Join(", ", others.Select(other => other))}. "
                + $"Name all subsets to give any weights: {others[0]}=0.");
        }

        if (weights is [var single] && given != Whole && others.Length == 0)
        {
            throw new ToolException(
                ExitCode.Usage,
                $"{single.Subset} is the only subset that is known, so nothing could get the rest. "
                + $"Name another, as {single} {new SubsetWeight("OTHER", Math.Max(Whole - given, 0))}, give the other endpoints a version, "
                + $"or send everything there: {single.Subset}={Whole}.");
        }

        if (given == 0 && others.Length == 0)
        {
            throw new ToolException(ExitCode.Usage, "All weights are 0: no request could go anywhere.");
        }

        SplitTarget[] targets =
        [
            .. current,
            .. weights.Where(weight => !current.Any(target => target.Is(weight.Subset)))
                .Select(weight => SplitTarget.OfSubset(weight.Subset, 0)),
        ];
        long scale = Weights.Scale(weights);
        foreach (IGrouping<SubsetWeight?, int> places in Enumerable.Range(0, targets.Length).GroupBy(
            i => weights.FirstOrDefault(weight => targets[i].Is(weight.Subset))).ToArray())
        {
            long total = (long)((places.Key?.Weight ?? Whole - given) * scale);
            ImmutableArray<long> shares = Remainders.Distribute(total, [.. places.Select(place => targets[place].Weight)]);
            foreach ((int place, long share) in places.Zip(shares))
            {
                targets[place] = targets[place] with { Weight = share };
            }
        }

        return [.. targets];
    }
}
