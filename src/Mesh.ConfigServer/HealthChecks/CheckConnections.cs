using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mesh.ConfigServer.Registry;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>
/// Opens all connections of checks, and none to where the server could be made to speak to itself or to what trusts its machine: whoever
/// registers says what is asked.
/// </summary>
/// <param name="ownListeners">Where the server itself listens.</param>
internal sealed class CheckConnections(Func<IReadOnlyCollection<IPEndPoint>> ownListeners)
{
    /// <exception cref="IOException">Nobody there is asked.</exception>
    /// <exception cref="SocketException">It cannot be opened.</exception>
    public async Task<Socket> OpenAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        if (AddressPolicy.IsNever(target.Address))
        {
            throw new IOException($"nobody is asked at {target.Address}");
        }

        if (ownListeners().Any(own => Reaches(target, own)))
        {
            throw new IOException($"{target} is the config server itself, which is not asked");
        }

        Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool Reaches(IPEndPoint target, IPEndPoint listener) =>
        target.Port == listener.Port && (target.Address.Equals(listener.Address) || (IsAny(listener.Address) && IsOfThisMachine(target.Address)));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsOfThisMachine(IPAddress address) =>
        IPAddress.IsLoopback(address)
        || NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(address));
}
