using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Collections;

namespace Mesh.Model.Xds;

/// <summary>The routes of a virtual host. Neighbours of one name that differ by their matches only are one route of the model.</summary>
internal static class RouteListCodec
{
    /// <summary>Routes that take no request: in the model a service without any takes every one.</summary>
    public static ImmutableArray<MeshRoute> Nothing { get; } = [new() { Name = "none", Match = [new() { Percent = 0 }] }];

    /// <summary>Empty only where the one route stands for none.</summary>
    public static ImmutableArray<MeshRoute> Decode(RepeatedField<Wire.Route> messages, RouteDefaults defaults, XdsField at)
    {
        List<(MeshRoute Route, List<RouteMatch> Match)> routes = [];
        (Wire.Route, Wire.RouteExtension) last = default;
        for (int i = 0; i < messages.Count; i++)
        {
            (MeshRoute route, Wire.RouteExtension extension) = RouteCodec.Decode(messages[i], defaults, at["routes", i]);
            if (extension.StandsForNone && messages.Count == 1)
            {
                return [];
            }

            (Wire.Route, Wire.RouteExtension) rest = (WithoutMatch(messages[i]), WithoutMatch(extension));
            if (route.Name.Length == 0 || !rest.Equals(last))
            {
                routes.Add((route, []));
            }

            routes[^1].Match.Add(route.Match.FirstOrDefault() ?? new());
            last = rest;
        }

        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        return routes.Count == 0 ? Nothing :
        [
            .. routes.Select((route, i) => route.Route with { Name = Unique(route.Route.Name, i, taken), Match = Normal(route.Match) }),
        ];
    }

    /// <summary>Every request is no match at all, rather than one that asks for nothing.</summary>
    private static ImmutableArray<RouteMatch> Normal(List<RouteMatch> matches) =>
        matches is [{ TakesEveryRequest: true, PathPrefix: null }] ? [] : [.. matches];

    // Where xDS replaces letters, what kind of match it was is part of the action.
    private static Wire.Route WithoutMatch(Wire.Route message)
    {
        Wire.Route rest = message.Clone();
        bool replacesLetters = (rest.Route_?.PrefixRewrite ?? rest.Redirect?.PrefixRewrite ?? "").Length > 0;
        rest.Match = replacesLetters && rest.Match?.HasPathSeparatedPrefix is not true ? rest.Match : null;
        rest.TypedPerFilterConfig.Remove(FilterConfigs.OurOwn);
        return rest;
    }

    private static Wire.RouteExtension WithoutMatch(Wire.RouteExtension extension)
    {
        Wire.RouteExtension rest = extension.Clone();
        rest.Match = null;
        return rest;
    }

    private static string Unique(string name, int index, HashSet<string> taken)
    {
        string unique = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"route-{index}");
        while (!taken.Add(unique))
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{unique}-{index}");
        }

        return unique;
    }
}
