using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Model;

namespace Mesh.Client.Transport;

/// <summary>
/// One <see cref="SocketsHttpHandler"/> per endpoint, which dials that endpoint whatever the URI says. So no URI is rewritten, and
/// the Host header, SNI and the runtime's metrics keep the service's name.
/// </summary>
internal sealed class SocketTransportFactory(IMeterFactory meters) : ITransportFactory
{
    public HttpMessageHandler Create(string service, MeshEndpoint endpoint, int maxConnections)
    {
        EndpointDialer dialer = new(endpoint);
        return new SocketsHttpHandler
        {
            // What a proxy, a cookie jar or a redirect would do belongs to the service as a whole, not to one of its endpoints.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = maxConnections,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = IPAddress.TryParse(endpoint.Host, out _) ? Timeout.InfiniteTimeSpan : TimeSpan.FromMinutes(2),
            ConnectCallback = dialer.ConnectAsync,
            MeterFactory = meters,
        };
    }
}
