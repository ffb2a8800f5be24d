using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Mesh.Model;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>A GET whose status tells. What the answer's body says does not matter.</summary>
/// <param name="transport">What it is sent by.</param>
/// <param name="uri">What is asked for, at the instance's address.</param>
/// <param name="host">The service's name, which the question is addressed to.</param>
/// <param name="protocols">What the instance speaks.</param>
/// <param name="statusCodes">Those of an instance that is well.</param>
/// <param name="proof">Who has to answer over the mesh's TLS; null: it is not spoken.</param>
internal sealed class HttpHealthCheck(
    CheckTransport transport, Uri uri, string host, EndpointProtocols protocols, ImmutableArray<int> statusCodes, string? proof) : IHealthCheck
{
    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        // A server that speaks nothing but HTTP/2 over TLS can be asked, too.
        using HttpRequestMessage request = new(HttpMethod.Get, uri) { VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
        request.Headers.Host = host;
        if (protocols is EndpointProtocols.Http2)
        {
            request.Version = HttpVersion.Version20;
        }

        return await transport.AskAsync(request, response => Task.FromResult(ProblemIn((int)response.StatusCode)), proof, cancellationToken)
            .ConfigureAwait(false);
    }

    private string? ProblemIn(int status) => statusCodes.Contains(status) ? null : status.ToString(CultureInfo.InvariantCulture);
}
