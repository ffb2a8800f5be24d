using System.Net;

namespace Mesh.Benchmarks.Terminals;

/// <summary>Stands where the network would be, and has the answer at once.</summary>
internal sealed class HttpTerminal : HttpMessageHandler
{
    public const int BodyLength = 100;

    private static readonly byte[] s_body = new byte[BodyLength];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(request));

    public static HttpResponseMessage Answer(HttpRequestMessage request)
    {
        Wire.Send(request);
        ByteArrayContent content = new(s_body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        HttpResponseMessage answer = new(HttpStatusCode.OK) { Content = content, RequestMessage = request };

        // No server leaves it out.
        answer.Headers.TryAddWithoutValidation("Date", "Sat, 28 Nov 2026 03:00:00 GMT");
        return answer;
    }
}
