namespace Mesh.Client.Calls;

/// <summary>
/// The Host header of a copy, by which its receiver can tell it from the request itself: <c>catalog-shadow:8080</c>, as Envoy marks what it
/// mirrors.
/// </summary>
internal static class ShadowHost
{
    /// <returns>Null: the request is for an address, which has no place for the mark.</returns>
    public static string? For(HttpRequestMessage request)
    {
        Uri uri = request.RequestUri!;
        string authority = request.Headers.Host ?? (uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}");
        int colon = authority.LastIndexOf(':');
        string host = colon < 0 ? authority : authority[..colon];
        return Uri.CheckHostName(host) == UriHostNameType.Dns ? $"{host}-shadow{authority[host.Length..]}" : null;
    }
}
