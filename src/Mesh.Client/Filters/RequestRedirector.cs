using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.Filters;

/// <summary>Answers requests with another address, as the Gateway API's RequestRedirect has it.</summary>
internal sealed class RequestRedirector(RouteRedirect settings, ImmutableArray<RouteMatch> matches)
{
    private readonly PathReplacement _path = new(settings.ReplaceFullPath, settings.ReplacePrefixMatch, matches);

    public int StatusCode => settings.StatusCode;

    /// <summary>The address for a request to this one. The query stays; user and fragment are for the caller alone.</summary>
    public Uri LocationFor(Uri uri)
    {
        // Without a port in it, an address has that of its scheme.
        string port = settings.Port is { } given ? $":{given}"
            : settings.Scheme is null && !uri.IsDefaultPort ? $":{uri.Port}"
            : "";
        return new Uri($"{settings.Scheme ?? uri.Scheme}://{settings.Hostname ?? uri.Host}{port}{_path.PathFor(uri.AbsolutePath)}{uri.Query}");
    }
}
