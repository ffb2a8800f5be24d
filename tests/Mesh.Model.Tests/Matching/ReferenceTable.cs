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
            && (match.PathRegex is null || match.PathRegex.IsMatch(pathAsRegexSeesIt))
            && (match.Methods.IsEmpty || match.Methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase))
            && match.Headers.All(header => header.Value.Matches(request.Headers.GetValueOrDefault(header.Key)))
            && (match.Grpc is null || TakesCall(match.Grpc, request));
    }

    private static bool TakesCall(GrpcMatch match, TestRequest request) =>
        request.IsGrpc
        && (match is { Service: null, Method: null }
            || (request.Path.Split('/') is ["", { Length: > 0 } service, { Length: > 0 } method]
                && service == (match.Service ?? service)
                && method == (match.Method ?? method)));
}
