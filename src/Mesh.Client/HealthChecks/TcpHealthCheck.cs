using System.Net;
using System.Net.Sockets;
using Mesh.Model;

namespace Mesh.Client.HealthChecks;

/// <summary>A connection that is opened and closed again.</summary>
internal sealed class TcpHealthCheck(MeshEndpoint endpoint) : IHealthCheck
{
    private readonly EndPoint _target = IPAddress.TryParse(endpoint.Host, out IPAddress? address)
        ? new IPEndPoint(address, endpoint.Port)
        : new DnsEndPoint(endpoint.Host, endpoint.Port);

    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_target, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
