using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Client.HealthChecks;

/// <summary>A GET whose status tells. What the answer's body says does not matter.</summary>
internal sealed class HttpHealthCheck(EndpointTransport transport, Uri uri, EndpointProtocols protocols, ImmutableArray<int> statusCodes) : IHealthCheck
{
    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        // A server that speaks nothing but HTTP/2 over TLS can be asked, too.
        using HttpRequestMessage request = new(HttpMethod.Get, uri) { VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
        if (protocols == EndpointProtocols.Http2)
        {
            request.Version = HttpVersion.Version20;
        }

        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        int status = (int)response.StatusCode;
        return statusCodes.Contains(status) ? null : status.ToString(CultureInfo.InvariantCulture);
    }
}
