using System.Net;
using System.Net.Sockets;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>By which IP family a config server is reached.</summary>
internal static class ServerRoute
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    /// <summary>Whether connections to it go over IPv6, as one that is made for this does. Where there is none, the stream to it tells why.</summary>
    public static async Task<bool> IsIpv6Async(Uri server, TimeProvider time, CancellationToken cancellationToken)
    {
        if (server.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return server.HostNameType is UriHostNameType.IPv6;
        }

        using CancellationTokenSource late = new(s_longest, time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server.IdnHost, server.Port, over.Token).ConfigureAwait(false);
            return socket.RemoteEndPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6, Address.IsIPv4MappedToIPv6: false };
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
