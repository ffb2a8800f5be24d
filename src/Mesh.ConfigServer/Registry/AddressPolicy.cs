using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Mesh.ConfigServer.Registry;

/// <summary>Which addresses a process may register: whoever could name any would lead calls wherever they like.</summary>
/// <param name="ranges">Those that a process may have beside the one that its stream comes from.</param>
/// <param name="option">What messages call the option that sets them.</param>
internal sealed class AddressPolicy(ImmutableArray<IPNetwork> ranges, string option)
{
    private static readonly IPNetwork[] s_never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("255.255.255.255/32"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"), IPNetwork.Parse("::/128"),

        // Where clouds tell machines their secrets; most are link-local, and these are not: AWS, Google, Alibaba, Azure, Oracle.
        IPNetwork.Parse("fd00:ec2::/32"), IPNetwork.Parse("fd20:ce::/64"), IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("168.63.129.16/32"), IPNetwork.Parse("192.0.0.192/32"),
    ];

    /// <summary>The address, or what is wrong with it and what to do.</summary>
    /// <param name="host">As the process says; empty: the one that its stream comes from.</param>
    /// <param name="peer">The one that its stream comes from; null: that is not known.</param>
    /// <param name="problem">Null: it may be registered.</param>
    public IPAddress Resolve(string host, IPAddress? peer, out string? problem)
    {
        IPAddress? from = peer is null ? null : Plain(peer);
        IPAddress? named = null;
        if (host.Length > 0 && (!IPAddress.TryParse(host, out named) || !IsUsual(host, named)))
        {
            problem = $"'{Model.Documents.Wording.Printable(host, 100)}' is no IP address. Leave the host empty for the address that the stream comes from.";
            return IPAddress.None;
        }

        if ((named ?? from) is not { } address)
        {
            problem = "The address that the stream comes from is not known. Name one.";
            return IPAddress.None;
        }

        address = Plain(address);
        problem = Complaint(address, from);
        return address;
    }

    /// <summary>Whether it is none that a process has, such as those where clouds tell machines their secrets.</summary>
    public static bool IsNever(IPAddress address) => Array.Exists(s_never, network => network.Contains(address));

    /// <summary>One of IPv4 as such, also where a socket of both families has it.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // Lone numbers and such, which other programs take for other addresses.
    private static bool IsUsual(string host, IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetworkV6 ? !host.StartsWith('[') : address.ToString() == host;

    private string? Complaint(IPAddress address, IPAddress? from)
    {
        if (IsNever(address))
        {
            return $"{address} is none that a process can be called at. Name one that other machines reach.";
        }

        if (IPAddress.IsLoopback(address))
        {
            return from is not null && IPAddress.IsLoopback(from) ? null
                : $"{address} leads each machine to itself, and the process is on another one ({from}): it listens on loopback only. "
                    + "Let it listen on an address that other machines reach, or on all of its machine's.";
        }

        return address.Equals(from) || ranges.Any(range => range.Contains(address)) ? null
            : $"{address} is not the address that the stream comes from ({from}). "
                + $"Where that is meant, such as behind NAT, add its range to {option} of the server.";
    }
}
