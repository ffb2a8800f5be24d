using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Mesh.Model.Matching;
using Mesh.Model.Xds;

namespace Mesh.Model.Tests.Xds;

/// <summary>Routes as text, for records compare their lists by reference; and what routes mean, where there are several ways to say it.</summary>
internal static class RouteTexts
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true, Converters = { new RegexConverter(), new JsonStringEnumConverter() },
    };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, s_json);

    /// <summary>Encoded, sent, and decoded.</summary>
    public static XdsVirtualHost Resent(string fullName, MeshService service)
    {
        XdsRouteConfiguration routes = Wires.Good(RouteConfigurationCodec.Decode(
            Wires.Sent(RouteConfigurationCodec.Encode(fullName, service, ClientProfile.Mesh, caller: null).Message)));
        Assert.Equal(fullName, routes.Name);
        return Assert.Single(routes.VirtualHosts);
    }

    /// <summary>The routes in the one way that all ways which mean the same come down to.</summary>
    public static ImmutableArray<MeshRoute> Normal(IEnumerable<MeshRoute> routes, string fullName) => [.. routes.Select(route => Normal(route, fullName))];

    private static MeshRoute Normal(MeshRoute route, string fullName)
    {
        MeshRoute normal = route with
        {
            Order = 0,
            Match = [.. route.Match.Select(match => Normal(match, route))],
            To = [.. route.To.Select(target => target with { Service = Service(target.Service, fullName), Weight = route.To.Length == 1 ? 1 : target.Weight })],
            Mirror = [.. route.Mirror.Select(mirror => mirror with { Service = Service(mirror.Service, fullName) })],
            RequestHeaders = Normal(route.RequestHeaders),
            ResponseHeaders = Normal(route.ResponseHeaders),
        };
        if (normal.To is [{ Service: null, Subset: null }])
        {
            normal = normal with { To = [] };
        }

        if (normal.Match is [{ TakesEveryRequest: true, PathPrefix: null }])
        {
            normal = normal with { Match = [] };
        }

        // Nothing is sent, so how does not matter.
        return route.Redirect is null && route.DirectResponse is null ? normal
            : normal with { To = [], Mirror = [], Rewrite = null, Timeout = null, IdleTimeout = null, Retry = new() };
    }

    private static RouteMatch Normal(RouteMatch match, MeshRoute route)
    {
        bool isReplaced = route.Rewrite?.ReplacePrefixMatch is not null || route.Redirect?.ReplacePrefixMatch is not null;
        string? prefix = match.PathPrefix is "/" ? (isReplaced ? "/" : null)
            : match.PathPrefix?.EndsWith("//", StringComparison.Ordinal) is not false ? match.PathPrefix
            : PathPrefix.Trim(match.PathPrefix);
        return match with
        {
            PathPrefix = prefix,
            IgnorePathCase = match.IgnorePathCase && (prefix?.Length > 1 || (match.Path ?? match.PathStart) is not null || match.PathRegex is not null),
            Headers = Maps.Of<ValueMatch>().AddRange(match.Headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value))),
        };
    }

    private static HeaderEdits Normal(HeaderEdits edits) => new()
    {
        Set = edits.Set.RemoveRange(edits.Remove),
        Add = edits.Add.RemoveRange(edits.Remove),
        Remove = [.. edits.Remove.Distinct(StringComparer.OrdinalIgnoreCase)],
    };

    private static string? Service(string? name, string fullName) =>
        name is null || XdsNames.Of(name, XdsNames.NamespaceOf(fullName)) == fullName ? null : XdsNames.Of(name, XdsNames.NamespaceOf(fullName));

    private sealed class RegexConverter : JsonConverter<Regex>
    {
        public override Regex Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Regex value, JsonSerializerOptions options) => writer.WriteStringValue($"{value} {value.Options}");
    }
}
