using System.Net.Sockets;

namespace Mesh.Client.Transport;

/// <summary>
/// Nobody listens at the address, or no way leads there, and that is known at once: nothing was sent, and no server had work of it. A
/// connection that did not come in time is none: its server may be there, with more to do than it can.
/// </summary>
internal static class ConnectionRefusal
{
    /// <summary>Whether that is why a send failed.</summary>
    public static bool IsCauseOf(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError,
        InnerException: SocketException
        {
            SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkDown,
        },
    };
}
