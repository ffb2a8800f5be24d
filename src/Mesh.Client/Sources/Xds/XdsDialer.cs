using System.Net.Sockets;
using Mesh.Client.Sources.Xds.Bootstrap;

namespace Mesh.Client.Sources.Xds;

/// <summary>Connects to servers over a socket on this machine.</summary>
internal static class XdsDialer
{
    public static async Task<Socket> DialAsync(Uri address, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(XdsServer.SocketOf(address)), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
