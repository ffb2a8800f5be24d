using System.Collections.Immutable;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>Routes</c>.</summary>
internal static class RouteSchema
{
    public static ListOf<MeshRoute> List { get; } = new(Section(), ListForm.Keyed, Collect);

    private static Section<MeshRoute> Section() => new(
        new MeshRoute(),
        [Rule.AtMostOne("To", "Redirect", "DirectResponse")],
        [
            Durations.InOrder<MeshRoute>("Retry:PerTryTimeout", r => r.Retry.PerTryTimeout, "Timeout", r => r.Timeout),
            NeedsPrefix("Rewrite:ReplacePrefixMatch", r => r.Rewrite?.ReplacePrefixMatch),
            NeedsPrefix("Redirect:ReplacePrefixMatch", r => r.Redirect?.ReplacePrefixMatch),
        ])
    {
        {
            "Name", "For logs and metrics. Not given: the key, or route-N with its place in the list.",
            Texts.Line, r => r.Name, (r, v) => r with { Name = v }
        },
        {
            "Order", "Routes are tried lowest first; then as listed, or by name if keyed by name.",
            Numbers.Whole(int.MinValue, int.MaxValue), r => r.Order, (r, v) => r with { Order = v }
        },
        {
            "Match", "What a request must look like; of several, any. Not given: every request.",
            MatchSchema.List, r => r.Match, (r, v) => r with { Match = v }
        },
        {
            "To", "Where it goes, in shares. Not given: the service itself.",
            TargetSchema.List, r => r.To, (r, v) => r with { To = v }
        },
        {
            "Redirect", "It is answered with another address.",
            ActionSchema.Redirect, r => r.Redirect, (r, v) => r with { Redirect = v }
        },
        {
            "DirectResponse", "It is answered without a call.",
            ActionSchema.DirectResponse, r => r.DirectResponse, (r, v) => r with { DirectResponse = v }
        },
        {
            "Rewrite", "It is sent with another path or host.",
            ActionSchema.Rewrite, r => r.Rewrite, (r, v) => r with { Rewrite = v }
        },
        {
            "RequestHeaders", "Changes to its headers.",
            ActionSchema.HeaderEdits, r => r.RequestHeaders, (r, v) => r with { RequestHeaders = v }
        },
        {
            "ResponseHeaders", "Changes to the answer's headers.",
            ActionSchema.HeaderEdits, r => r.ResponseHeaders, (r, v) => r with { ResponseHeaders = v }
        },
        {
            "Mirror", "Copies that go elsewhere and whose answers are dropped.",
            new ListOf<RouteMirror>(ActionSchema.Mirror), r => r.Mirror, (r, v) => r with { Mirror = v }
        },
        { "Fault", "Trouble made on purpose.", FaultSchema.Section, r => r.Fault, (r, v) => r with { Fault = v } },
        {
            "Timeout", "From the call's start to the last byte of the answer. Not given: none of the mesh's own.",
            Durations.Any, r => r.Timeout, (r, v) => r with { Timeout = v }
        },
        {
            "IdleTimeout", "How long the answer's body may pause while it is read. Not given: without limit.",
            Durations.Any, r => r.IdleTimeout, (r, v) => r with { IdleTimeout = v }
        },
        { "Retry", "When a call that failed is sent again.", RetrySchema.Section, r => r.Retry, (r, v) => r with { Retry = v } },
    };

    private static Check<MeshRoute> NeedsPrefix(string setting, Func<MeshRoute, string?> replacement) => new(
        [setting, "Match"], $"With {setting} every Match has a PathPrefix.",
        r => replacement(r) is not null && (r.Match.IsEmpty || r.Match.Any(match => match.PathPrefix is null))
            ? $"{setting} replaces the prefix that matched, so every Match must have a PathPrefix."
            : null);

    /// <summary>Names the routes and puts them in order.</summary>
    private static ImmutableArray<MeshRoute> Collect(DocumentNode list, ImmutableArray<Entry<MeshRoute>> entries, Reading reading)
    {
        var firsts = new Dictionary<string, DocumentNode>(StringComparer.OrdinalIgnoreCase);
        var routes = new List<MeshRoute>();
        foreach ((DocumentNode node, MeshRoute route) in entries)
        {
            string name = !list.IsList ? node.Key : route.Name.Length > 0 ? route.Name : $"route-{routes.Count}";
            if (!list.IsList && Texts.Line.Parse(name) is { State: ParseState.Bad } bad)
            {
                reading.Fault(node, Texts.Line.Complaint(name, bad.Reason));
            }

            if (!list.IsList && route.Name.Length > 0 && !route.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                reading.Fault(node, $"The route has two names: its key {Wording.Quote(name)} and its Name {Wording.Quote(route.Name)}.");
            }

            if (!firsts.TryAdd(name, node))
            {
                reading.Fault(node, $"The name {Wording.Quote(name)} is taken already, at {firsts[name].Path}.");
            }

            routes.Add(route with { Name = name });
        }

        // A stable sort: entries come as listed, or by name.
        return [.. routes.OrderBy(route => route.Order)];
    }
}
