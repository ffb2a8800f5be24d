using System.Diagnostics.Metrics;
using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Client.HealthChecks;

/// <summary>
/// Makes handlers whose requests are no calls of anybody's: the runtime neither counts them among those to the service nor makes spans of
/// them.
/// </summary>
internal sealed class SilentTransports(ITransportFactory inner) : ITransportFactory
{
    private static readonly ApartMeters s_meters = new();

    public HttpMessageHandler Create(string service, MeshEndpoint endpoint, TransportSettings settings)
    {
        HttpMessageHandler handler = inner.Create(service, endpoint, settings);
        if (handler is SocketsHttpHandler sockets)
        {
            sockets.MeterFactory = s_meters;
            sockets.ActivityHeadersPropagator = null;
        }

        return handler;
    }

    /// <summary>Gives one meter to all, under a name that nobody listens to by chance.</summary>
    private sealed class ApartMeters : IMeterFactory
    {
        private readonly Meter _meter = new("Mesh.Client.HealthChecks");

        public Meter Create(MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }
}
