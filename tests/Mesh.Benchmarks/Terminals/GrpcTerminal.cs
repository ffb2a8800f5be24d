using System.Net;

namespace Mesh.Benchmarks.Terminals;

/// <summary>A gRPC server in memory: takes the request's message and answers with one message and the status in the trailers.</summary>
internal sealed class GrpcTerminal : HttpMessageHandler
{
    public const int MessageLength = 100;

    /// <summary>Not compressed, length, message.</summary>
    private static readonly byte[] s_frame = [0, 0, 0, 0, MessageLength, .. new byte[MessageLength]];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Wire.Send(request);
        await request.Content!.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        ByteArrayContent content = new(s_frame);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        HttpResponseMessage response = new(HttpStatusCode.OK)
        {
            Content = content,
            RequestMessage = request,
            Version = HttpVersion.Version20,
        };
        response.TrailingHeaders.TryAddWithoutValidation("grpc-status", "0");
        return response;
    }
}
