using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Resilience;
using Mesh.Client.Transport;
using Mesh.Model.HealthChecks;

namespace Mesh.Client.HealthChecks;

/// <summary>A call of gRPC's health service, which must say SERVING.</summary>
internal sealed class GrpcHealthCheck(EndpointTransport transport, Uri uri, string service) : IHealthCheck
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
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
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
            { } status => NameOf(status),
        };
    }

    /// <summary>The name of a <c>grpc-status</c>.</summary>
    public static string NameOf(string status) =>
        int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int code) ? Outcomes.NameOfGrpcStatus(code) : $"gRPC status {status}";

    private static string? StatusIn(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("grpc-status", out HeaderStringValues values) ? values.ToString() : null;
}
