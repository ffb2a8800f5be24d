using System.Net;
using System.Net.Sockets;

namespace Mesh.Soak.Processes;

/// <summary>Ports that are listened on again after a while: below those that the system gives to outgoing connections, which could take them meanwhile.</summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int End = 32_000;

    public static int Free()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, End);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }
}
