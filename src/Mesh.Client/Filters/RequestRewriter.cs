using System.Collections.Immutable;
using Mesh.Model;
using Mesh.Model.Matching;

namespace Mesh.Client.Filters;

/// <summary>Sends requests with another path, or with another Host header. Which endpoints they go to does not change; the query stays.</summary>
internal sealed class RequestRewriter(RouteRewrite settings, ImmutableArray<RouteMatch> matches)
{
    private readonly (string Prefix, StringComparison Comparison)[] _prefixes =
    [
        .. matches.Where(match => match.PathPrefix is not null).Select(match => (
            PathPrefix.Trim(match.PathPrefix!), match.IgnorePathCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)),
    ];

    public void Apply(HttpRequestMessage request)
    {
        if (settings.Hostname is { } host)
        {
            request.Headers.Host = host;
        }

        Uri uri = request.RequestUri!;
        string path = PathFor(uri.AbsolutePath);
        if (path != uri.AbsolutePath)
        {
            request.RequestUri = new Uri($"{uri.Scheme}://{uri.Authority}{path}{uri.Query}");
        }
    }

    /// <summary>The path that is sent for a path that was asked for.</summary>
    public string PathFor(string path) =>
        settings.ReplaceFullPath is { } whole ? whole
        : settings.ReplacePrefixMatch is { } replacement ? ReplacePrefix(path, replacement)
        : settings.Regex?.Pattern is { } pattern ? Rooted(pattern.Replace(path, settings.Regex.Substitution))
        : path;

    // As the Gateway API has it: the prefix without its trailing slash is replaced, so that /v1/items under /v1 becomes /v2/items,
    // and /items where the replacement is a slash alone.
    private string ReplacePrefix(string path, string replacement)
    {
        foreach ((string prefix, StringComparison comparison) in _prefixes)
        {
            if (PathPrefix.IsMatch(path, prefix, comparison))
            {
                return Rooted(PathPrefix.Trim(replacement) + path[prefix.Length..]);
            }
        }

        return path;
    }

    private static string Rooted(string path) => path.StartsWith('/') ? path : "/" + path;
}
