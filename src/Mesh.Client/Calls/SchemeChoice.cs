using Mesh.Client.Runtime;

namespace Mesh.Client.Calls;

/// <summary>
/// Addresses that name schemes in order of preference, as Microsoft.Extensions.ServiceDiscovery has them (<c>https+http://catalog</c>).
/// Such a request is sent with the first scheme that the endpoints take, or the very first where there is none.
/// </summary>
internal static class SchemeChoice
{
    /// <param name="request">Its URI is replaced where it names several schemes.</param>
    /// <param name="cluster">Where it goes.</param>
    public static void Make(HttpRequestMessage request, Cluster cluster)
    {
        if (request.RequestUri is { IsAbsoluteUri: true } uri && uri.Scheme.Contains('+', StringComparison.Ordinal))
        {
            string[] schemes = uri.Scheme.Split('+');
            string chosen = Array.Find(schemes, cluster.Takes) ?? schemes[0];
            request.RequestUri = With(uri, chosen);
        }
    }

    /// <summary>The address with one scheme, where it names several.</summary>
    public static Uri With(Uri uri, string scheme) => uri.Scheme.Contains('+', StringComparison.Ordinal) ? new UriBuilder(uri) { Scheme = scheme }.Uri : uri;
}
