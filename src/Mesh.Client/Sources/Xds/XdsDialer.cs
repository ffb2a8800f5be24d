using System.Net;
using System.Net.Sockets;
using Mesh.Client.Sources.Xds.Bootstrap;

namespace Mesh.Client.Sources.Xds;

/// <summary>Connects to servers, over the network or a socket on this machine.</summary>
internal static class XdsDialer
{
    public static async Task<Socket> DialAsync(Uri address, CancellationToken cancellationToken)
    {
        bool isLocal = address.Scheme == XdsServer.UnixScheme;
        Socket socket = isLocal
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint there = isLocal ? new UnixDomainSocketEndPoint(XdsServer.SocketOf(address)) : new DnsEndPoint(address.DnsSafeHost, address.Port);
            await socket.ConnectAsync(there, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
