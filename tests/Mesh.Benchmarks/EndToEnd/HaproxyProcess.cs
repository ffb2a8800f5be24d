using System.Net;
using System.Net.Sockets;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>
/// A pair of HAProxy processes between client and replicas, as sidecars are: the client's balances over the ports of the
/// service's, each of which stands before one replica. This process keeps them, so that they end with the suite.
/// </summary>
internal static class HaproxyProcess
{
    public static async Task RunAsync(string program, Protocol protocol, string identities, string[] replicas)
    {
        int[] ports = FreePorts(1 + replicas.Length);
        string[] inbound = [.. ports[1..].Select(Address)];
        string outbound = Address(ports[0]);
        using Sidecar service = new(program, HaproxyConfiguration.OfService(protocol, identities, inbound, replicas));
        using Sidecar client = new(program, HaproxyConfiguration.OfClient(protocol, identities, outbound, inbound));
        await service.ListeningAsync(ports[1]);
        await client.ListeningAsync(ports[0]);
        Parent.Tell(new Started([outbound], [client.Id, service.Id]));
        await Parent.EndAsync();
    }

    private static string Address(int port) => $"{IPAddress.Loopback}:{port}";

    /// <summary>HAProxy cannot have the system pick a port, so we do, and let go of it.</summary>
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }
}
