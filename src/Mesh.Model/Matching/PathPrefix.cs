namespace Mesh.Model.Matching;

/// <summary>Prefixes of whole segments: <c>/items</c> takes <c>/items</c> and <c>/items/1</c>, not <c>/itemsets</c>.</summary>
internal static class PathPrefix
{
    /// <summary>Without the trailing slash, which means nothing. Not for <c>/</c> itself, the prefix of every path.</summary>
    public static string Trim(string prefix) => prefix.EndsWith('/') ? prefix[..^1] : prefix;

    /// <param name="path">The request's.</param>
    /// <param name="prefix">Trimmed.</param>
    /// <param name="comparison">Ordinal, with or without regard to case.</param>
    public static bool IsMatch(ReadOnlySpan<char> path, string prefix, StringComparison comparison) =>
        path.StartsWith(prefix, comparison) && (path.Length == prefix.Length || path[prefix.Length] == '/');

    /// <summary>How many steps of <see cref="Next"/> lead to this prefix.</summary>
    public static int Depth(string prefix) => prefix.AsSpan(1).Count('/') + 1;

    /// <summary>The length of a path's next longer prefix of whole segments; the shortest follows 0.</summary>
    public static int Next(ReadOnlySpan<char> path, int length)
    {
        int slash = path[(length + 1)..].IndexOf('/');
        return slash < 0 ? path.Length : length + 1 + slash;
    }
}
