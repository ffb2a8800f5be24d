using System.Net;

namespace Mesh.Benchmarks.Terminals;

/// <summary>
/// Stands where the network would be: looks at the address as SocketsHttpHandler does to find its connection and to write the
/// request line, and has the answer at once.
/// </summary>
internal sealed class HttpTerminal : HttpMessageHandler
{
    public const int BodyLength = 100;

    private static readonly byte[] s_body = new byte[BodyLength];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(request));

    public static HttpResponseMessage Answer(HttpRequestMessage request)
    {
        ReadAddress(request);
        ByteArrayContent content = new(s_body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request };
    }

    /// <summary>Both make the Uri parse itself and keep a string, which a real call pays for too.</summary>
    public static void ReadAddress(HttpRequestMessage request)
    {
        Uri address = request.RequestUri!;
        GC.KeepAlive(address.IdnHost);
        GC.KeepAlive(address.PathAndQuery);
    }
}
