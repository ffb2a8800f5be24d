namespace Mesh.Client.Transport;

/// <summary>The schemes of calls over TLS: <c>https</c>, and <c>wss</c> of web sockets.</summary>
internal static class SecureSchemes
{
    public static bool Contain(string scheme) => scheme is "https" or "wss";

    /// <summary>The address over TLS of one that is not. It names the same host, and the same port where it names any.</summary>
    public static Uri Of(Uri uri) =>
        new UriBuilder(uri) { Scheme = uri.Scheme == "ws" ? "wss" : "https", Port = uri.IsDefaultPort ? -1 : uri.Port }.Uri;
}
