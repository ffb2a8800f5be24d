using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Model;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Transport;

/// <summary>
/// One <see cref="SocketsHttpHandler"/> per endpoint, which dials that endpoint whatever the URI says. So no URI is rewritten, and
/// the Host header, SNI and the runtime's metrics keep the service's name.
/// </summary>
internal sealed class SocketTransportFactory(IMeterFactory meters, IOptions<TransportOptions> options) : ITransportFactory
{
    public HttpMessageHandler Create(string service, MeshEndpoint endpoint, TransportSettings settings) =>
        options.Value.Handlers.TryGetValue(service, out HttpMessageHandler? handler)
            ? new KeptHandler(handler)
            : CreateSockets(service, endpoint, settings);

    private SocketsHttpHandler CreateSockets(string service, MeshEndpoint endpoint, TransportSettings settings)
    {
        SocketsHttpHandler handler = new()
        {
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = settings.MaxConnections,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = IPAddress.TryParse(endpoint.Host, out _) ? Timeout.InfiniteTimeSpan : TimeSpan.FromMinutes(2),
            MeterFactory = meters,
        };
        options.Value.Configurations.ForEach(configure => configure(service, handler));

        // What a proxy, a cookie jar or a redirect would do belongs to the service as a whole, not to one of its endpoints.
        handler.UseProxy = false;
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.ConnectCallback = new EndpointDialer(endpoint, handler.SslOptions, settings.Security, handler.Credentials is not null).ConnectAsync;
        return handler;
    }
}
