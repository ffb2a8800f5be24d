namespace Mesh.Client.Transport;

/// <summary>Which protocols a request can go by, from its version and policy, as the runtime's handler has them.</summary>
internal static class RequestProtocols
{
    /// <summary>HTTP/2 alone, in plain text by prior knowledge. So all gRPC calls are.</summary>
    public static bool AreHttp2(HttpRequestMessage request) =>
        request.Version.Major >= 2 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower;

    /// <summary>HTTP/1.1 alone. What is neither this nor the other goes by HTTP/1.1 in plain text, and over TLS by what both sides agree on.</summary>
    public static bool AreHttp1(HttpRequestMessage request) =>
        request.Version.Major < 2 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrHigher;
}
