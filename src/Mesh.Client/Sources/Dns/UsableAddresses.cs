using System.Net;
using System.Net.Sockets;

namespace Mesh.Client.Sources.Dns;

/// <summary>Those of a host's addresses that a connection can be opened to.</summary>
internal static class UsableAddresses
{
    // A name server that blocks a name answers with the unspecified address, and that is this very machine when it is dialled.
    private static readonly IPAddress[] s_nobody = [IPAddress.Any, IPAddress.IPv6Any, IPAddress.Broadcast];

    public static IEnumerable<string> Of(IEnumerable<IPAddress> addresses) => addresses
        .Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        .Where(address => !s_nobody.Contains(address) && !IsMulticast(address))
        .Select(address => address.ToString());

    private static bool IsMulticast(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork ? (address.GetAddressBytes()[0] & 0xf0) == 0xe0 : address.IsIPv6Multicast;
}
