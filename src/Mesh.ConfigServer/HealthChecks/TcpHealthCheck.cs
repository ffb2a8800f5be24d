using System.Net;
using System.Net.Sockets;
using Mesh.Model;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>A connection that is opened and closed again.</summary>
internal sealed class TcpHealthCheck(CheckConnections connections, MeshEndpoint endpoint) : IHealthCheck
{
    private readonly IPEndPoint _target = new(IPAddress.Parse(endpoint.Host), endpoint.Port);

    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        using Socket socket = await connections.OpenAsync(_target, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
