namespace Mesh.Client.Transport;

/// <summary>The schemes of calls over TLS: <c>https</c>, and <c>wss</c> of web sockets.</summary>
internal static class SecureSchemes
{
    public static bool Contain(string scheme) => scheme is "https" or "wss";

    // A path that was taken as it was written stays so.
    private static readonly UriCreationOptions s_asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The address over TLS of one that is not. It names the same host, and the same port where it names any.</summary>
    public static Uri Of(Uri uri) => new($"{(uri.Scheme == "ws" ? "wss" : "https")}://{uri.Authority}{uri.PathAndQuery}", s_asWritten);
}
