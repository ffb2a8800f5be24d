using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Model.HealthChecks;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>A call of gRPC's health service, which must say SERVING.</summary>
/// <param name="transport">What it is sent by.</param>
/// <param name="uri">The method, at the instance's address.</param>
/// <param name="host">The service's name, which the question is addressed to.</param>
/// <param name="service">What is asked for; empty: the server as a whole.</param>
/// <param name="proof">Who has to answer over the mesh's TLS; null: it is not spoken.</param>
internal sealed class GrpcHealthCheck(CheckTransport transport, Uri uri, string host, string service, string? proof) : IHealthCheck
{
    // The answer is a frame of seven bytes; whatever is longer is something else.
    private const int LongestAnswer = 64;

    private readonly byte[] _question = GrpcHealthMessages.Question(service);

    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(_question) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.Host = host;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return await transport.AskAsync(request, response => ReadAsync(response, cancellationToken), proof, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }

        byte[] body = new byte[LongestAnswer];
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        int length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

        // An answer that is its headers has the status there, any other behind the body.
        return (StatusIn(response.Headers) ?? StatusIn(response.TrailingHeaders)) switch
        {
            null => "no gRPC status",
            "0" => GrpcHealthMessages.ProblemIn(body.AsSpan(0, length)),
            { } status => $"gRPC status {Model.Documents.Wording.Printable(status, 20)}",
        };
    }

    private static string? StatusIn(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("grpc-status", out HeaderStringValues values) ? values.ToString() : null;
}
