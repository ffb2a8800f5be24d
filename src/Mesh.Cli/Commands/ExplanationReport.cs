using System.Collections.Immutable;
using Mesh.Cli.Output;
using Mesh.Model.Explanations;
using Spectre.Console;

namespace Mesh.Cli.Commands;

/// <summary>An explanation for people: a tree of routes, and a table of endpoints.</summary>
internal static class ExplanationReport
{
    public static void Write(IAnsiConsole console, ExplainedRequest request, RequestExplanation explanation)
    {
        string caller = explanation.Caller.Length == 0 ? "" : $" from {explanation.Caller}";
        Tree tree = new(new Text($"{request.Method} {request.Url}{caller}: service {explanation.Service}"));
        foreach (RouteExplanation route in explanation.Routes)
        {
            TreeNode node = tree.AddNode(
                new Text(
                    $"{route.Name}: {route.Verdict}", route.Odds > 0 ? new Style(Color.Green) : new Style(decoration: Decoration.Dim)));
            AddMatches(node, route);
            if (route.Odds > 0)
            {
                AddActions(node, route);
            }
        }

        if (explanation.Unmatched > 0)
        {
            string untaken = explanation.Unmatched < 1 ? $"{Shares.Format(explanation.Unmatched)} of such requests" : "the request";
            tree.AddNode(new Text($"no route takes {untaken}: 404, for gRPC UNIMPLEMENTED", new Style(Color.Yellow)));
        }

        console.Write(tree);
        WriteEndpoints(console, explanation);
        foreach (AuthorizationExplanation access in explanation.Access ?? [])
        {
            WriteAccess(console, access);
        }
    }

    private static void AddMatches(TreeNode node, RouteExplanation route)
    {
        foreach ((int index, MatchExplanation match) in route.Matches.Index())
        {
            string name = route.Matches.Length == 1 ? "" : $"match {index}: ";
            if (match.Obstacles.IsEmpty)
            {
                node.AddNode(
                    new Text($"{name}all conditions hold"
                        + $"{(match.Percent < 100 ? $", for {Shares.Percent(match.Percent)} of such requests" : "")}"));
            }

            foreach (string obstacle in match.Obstacles)
            {
                node.AddNode(new Text(name + obstacle));
            }
        }
    }

    private static void AddActions(TreeNode node, RouteExplanation route)
    {
        foreach (string action in route.Actions)
        {
            node.AddNode(new Text(action));
        }

        foreach (TargetExplanation target in route.Targets)
        {
            TreeNode added = node.AddNode(
                new Text($"{Shares.Format(target.Share)} to {target.Service}{(target.Subset is null ? "" : $", subset {target.Subset}")}"));
            if (target.Failure is { } failure)
            {
                added.AddNode(new Text(failure, new Style(Color.Red)));
            }

            if (target.Remark is { } remark)
            {
                added.AddNode(new Text(remark));
            }
        }
    }

    private static void WriteAccess(IAnsiConsole console, AuthorizationExplanation access)
    {
        Tree tree = new(new Text($"{access.Service}: {access.Verdict}", new Style(access.IsAllowed ? Color.Green : Color.Red)));
        if (access.Rehearsed is { } rehearsed)
        {
            tree.AddNode(new Text($"with the policies in dry run: {rehearsed}", new Style(Color.Yellow)));
        }

        foreach (PolicyExplanation policy in access.Policies)
        {
            TreeNode node = tree.AddNode(new Text($"{policy.Action} {policy.Name}{(policy.DryRun ? " (dry run)" : "")}: {policy.Verdict}"));
            foreach ((int rule, ImmutableArray<string> obstacles) in policy.Obstacles.Index())
            {
                foreach (string obstacle in obstacles)
                {
                    node.AddNode(new Text($"rule {rule}: {obstacle}"));
                }
            }
        }

        console.WriteLine();
        console.Write(tree);
    }

    private static void WriteEndpoints(IAnsiConsole console, RequestExplanation explanation)
    {
        if (explanation.Endpoints.IsEmpty)
        {
            return;
        }

        Table table = Tables.Of("endpoint", "service", "version", "odds");
        foreach (EndpointOdds endpoint in explanation.Endpoints)
        {
            table.Add(
                endpoint.Address, endpoint.Service, endpoint.Version,
                endpoint.Odds > 0 ? Shares.Format(endpoint.Odds) : "while others fail");
        }

        console.WriteLine();
        console.Write(table);
    }
}
