using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.Filters;

/// <summary>Sends requests with another path, or with another Host header. Which endpoints they go to does not change; the query stays.</summary>
internal sealed class RequestRewriter(RouteRewrite settings, ImmutableArray<RouteMatch> matches)
{
    private readonly PathReplacement _path = new(settings.ReplaceFullPath, settings.ReplacePrefixMatch, matches);

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

    private string PathFor(string path) => settings.Regex?.Pattern is { } pattern
        ? PathReplacement.Rooted(pattern.Replace(path, settings.Regex.Substitution))
        : _path.PathFor(path);
}
