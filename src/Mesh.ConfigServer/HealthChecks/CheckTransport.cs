using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>
/// What questions over HTTP are sent by, whoever is asked. Each goes over a connection of its own: to keep one to everybody who is there
/// would cost more than to open it every few seconds.
/// </summary>
internal sealed class CheckTransport : IDisposable
{
    // In KB, as the rest of an answer.
    private const int LongestHeaders = 16;
    private const int LongestRest = 64;

    private static readonly TimeSpan s_restTimeout = TimeSpan.FromSeconds(1);

    private readonly ApartMeters _meters = new();
    private readonly CheckConnections _connections;
    private readonly HttpMessageInvoker _invoker;

    [SuppressMessage("Security", "CA5359:Do not disable certificate validation",
        Justification = "Nothing secret is said, and what is asked is whether somebody is there: that the right one is there the callers see to.")]
    public CheckTransport(CheckConnections connections)
    {
        _connections = connections;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = LongestHeaders,
            MaxResponseDrainSize = LongestRest * 1024,
            ResponseDrainTimeout = s_restTimeout,
            ConnectCallback = ConnectAsync,
            MeterFactory = _meters,
            ActivityHeadersPropagator = null,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Dispose()
    {
        _invoker.Dispose();
        _meters.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IPEndPoint target = new(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
        return new NetworkStream(await _connections.OpenAsync(target, cancellationToken).ConfigureAwait(false), ownsSocket: true);
    }

    /// <summary>Gives one meter to all, under a name that nobody listens to by chance: questions are no calls of the server's.</summary>
    private sealed class ApartMeters : IMeterFactory
    {
        private readonly Meter _meter = new("Mesh.ConfigServer.HealthChecks");

        public Meter Create(MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }
}
