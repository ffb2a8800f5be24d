namespace Mesh.Client.Transport;

/// <summary>The schemes of calls over TLS: <c>https</c>, and <c>wss</c> of web sockets.</summary>
internal static class SecureSchemes
{
    public static bool Contain(string scheme) => scheme is "https" or "wss";
}
