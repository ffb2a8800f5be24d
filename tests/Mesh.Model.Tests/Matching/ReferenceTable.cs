using System.Collections.Immutable;

namespace Mesh.Model.Tests.Matching;

/// <summary>The rules of matching once more, written plainly: every route in turn, every condition of it.</summary>
internal static class ReferenceTable
{
    public static int? Find(IReadOnlyList<ImmutableArray<RouteMatch>> routes, TestRequest request)
    {
        for (int i = 0; i < routes.Count; i++)
        {
            if (routes[i].IsEmpty || routes[i].Any(match => Takes(match, request)))
            {
                return i;
            }
        }

        return null;
    }

    public static bool TakesPrefix(string prefix, string path, StringComparer comparer)
    {
        string[] wanted = (prefix.EndsWith('/') ? prefix[..^1] : prefix).Split('/');
        string[] segments = path.Split('/');
        return prefix is "" or "/" || wanted.SequenceEqual(segments.Take(wanted.Length), comparer);
    }

    private static bool Takes(RouteMatch match, TestRequest request)
    {
        StringComparer comparer = match.IgnorePathCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        string pathAsRegexSeesIt = match.IgnorePathCase ? request.Path.ToLowerInvariant() : request.Path;
        return (match.Path is null || comparer.Equals(match.Path, request.Path))
            && (match.PathPrefix is null || TakesPrefix(match.PathPrefix, request.Path, comparer))
            && (match.PathStart is null || request.Path.StartsWith(
                match.PathStart, match.IgnorePathCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            && (match.PathRegex is null || match.PathRegex.IsMatch(pathAsRegexSeesIt))
            && (match.Methods.IsEmpty || match.Methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase))
            && match.Headers.All(header => header.Value.Matches(request.Headers.GetValueOrDefault(header.Key)))
            && match.QueryParameters.All(parameter => Passes(parameter.Value, QueryValues(request, parameter.Key)))
            && match.Cookies.All(cookie => Passes(cookie.Value, CookieValues(request, cookie.Key)))
            && match.Baggage.All(entry => Passes(entry.Value, BaggageValues(request, entry.Key)))
            && (match.Source is null || IsCaller(match.Source))
            && (match.Grpc is null || TakesCall(match.Grpc, request))
            && request.Draw < match.Percent * 100;
    }

    /// <summary>Any value will do; inverted, none.</summary>
    private static bool Passes(ValueMatch match, string[] values)
    {
        ValueMatch upright = match with { Invert = false };
        return (values.Length == 0 ? upright.Matches(null) : values.Any(upright.Matches)) != match.Invert;
    }

    private static string[] QueryValues(TestRequest request, string name) =>
    [
        .. from pair in request.Query.Split('&')
           let parts = pair.Split('=', 2)
           where Decode(parts[0]) == name
           select Decode(parts.ElementAtOrDefault(1) ?? ""),
    ];

    private static string[] CookieValues(TestRequest request, string name) =>
    [
        .. from pair in request.Headers.GetValueOrDefault("Cookie", "").Split(';')
           let parts = pair.Split('=', 2)
           where parts.Length == 2 && parts[0].Trim() == name
           let value = parts[1].Trim()
           select value.Length > 1 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value,
    ];

    private static string[] BaggageValues(TestRequest request, string name) =>
    [
        .. from entry in request.Headers.GetValueOrDefault("baggage", "").Split(',')
           let parts = entry.Split(';')[0].Split('=', 2)
           where parts.Length == 2 && parts[0].Trim() == name
           select Uri.UnescapeDataString(parts[1].Trim()),
        .. request.AmbientBaggage.Where(entry => entry.Key == name).Select(entry => entry.Value),
    ];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static bool IsCaller(SourceMatch match) =>
        (match.Service ?? "web") is "web" or "web.shop"
        && (match.Namespace ?? "shop") == "shop"
        && match.Labels.All(label => label is { Key: "track", Value: "canary" });

    private static bool TakesCall(GrpcMatch match, TestRequest request) =>
        request.IsGrpc
        && (match is { Service: null, Method: null }
            || (request.Path.Split('/') is ["", { Length: > 0 } service, { Length: > 0 } method]
                && service == (match.Service ?? service)
                && method == (match.Method ?? method)));
}
