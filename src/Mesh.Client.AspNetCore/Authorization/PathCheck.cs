using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>
/// Finds paths that one reader takes for one path and another for a second: with a slash that is encoded, which the web server leaves so and others do
/// not, with a backslash, or with a NUL. No word of a policy is sure to mean them.
/// </summary>
internal static class PathCheck
{
    private static readonly SearchValues<string> s_encoded = SearchValues.Create(["%2f", "%5c", "%00"], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<char> s_decoded = SearchValues.Create(['\\', '\0']);

    public static bool IsAmbiguous(HttpContext context)
    {
        ReadOnlySpan<char> sent = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        int end = sent.IndexOfAny('?', '#');

        // Decoded once, it may be encoded still.
        ReadOnlySpan<char> decoded = context.Request.Path.Value;
        return (end < 0 ? sent : sent[..end]).ContainsAny(s_encoded) || decoded.ContainsAny(s_encoded) || decoded.ContainsAny(s_decoded);
    }
}
