using System.Collections.Immutable;
using Mesh.Model;
using Mesh.Model.Matching;

namespace Mesh.Client.Filters;

/// <summary>Replaces a path, or the prefix of it that matched.</summary>
internal sealed class PathReplacement(string? fullPath, string? prefixMatch, ImmutableArray<RouteMatch> matches)
{
    private readonly (string Prefix, StringComparison Comparison)[] _prefixes =
    [
        .. matches.Where(match => match.PathPrefix is not null).Select(match => (
            PathPrefix.Trim(match.PathPrefix!), match.IgnorePathCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)),
    ];

    /// <summary>What stands for the path that was asked for.</summary>
    public string PathFor(string path) =>
        fullPath is not null ? fullPath
        : prefixMatch is not null ? ReplacePrefix(path, prefixMatch)
        : path;

    public static string Rooted(string path) => path.StartsWith('/') ? path : "/" + path;

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
}
