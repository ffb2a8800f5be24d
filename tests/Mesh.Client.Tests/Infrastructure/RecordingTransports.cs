using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Transport;
using Mesh.Model;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>The real transports, with a note of what each attempt hands to them.</summary>
internal sealed class RecordingTransports(IMeterFactory meters) : ITransportFactory
{
    private readonly SocketTransportFactory _sockets = new(meters, Options.Create(new TransportOptions()));

    /// <summary>The version that each attempt asked for.</summary>
    public ConcurrentQueue<Version> Versions { get; } = new();

    public HttpMessageHandler Create(string service, MeshEndpoint endpoint, TransportSettings settings) =>
        new Recorder(this, _sockets.Create(service, endpoint, settings));

    private sealed class Recorder(RecordingTransports transports, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            transports.Versions.Enqueue(request.Version);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);

            // What the runtime's pool does to a request when a server asks for an older version.
            request.Version = HttpVersion.Version11;
            return response;
        }
    }
}
