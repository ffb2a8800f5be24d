using System.Net;
using Mesh.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MeshTls = Mesh.Model.Xds.Wire.ListeningAddress.Types.Tls;
using Wire = Mesh.Model.Xds.Wire;
using static Mesh.Model.Xds.Wire.MeshEndpointMetadata.Types;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>Where a web server listens, as config servers are told.</summary>
internal static class ListeningAddresses
{
    private static readonly IPNetwork s_linkLocal = IPNetwork.Parse("169.254.0.0/16");

    /// <param name="bound">The addresses that the web server tells of.</param>
    /// <param name="protocolsOf">What the listener at one of them speaks; null: nobody knows, nor does the mesh guard it.</param>
    /// <param name="tlsOf">What the listener at a port takes of the mesh's TLS, null: it is left as it is.</param>
    public static IReadOnlyList<Wire.ListeningAddress> Of(IReadOnlyList<string> bound, Func<string, HttpProtocols?> protocolsOf, Func<int, MeshTls?> tlsOf)
    {
        Wire.ListeningAddress[] all =
            [.. bound.Select(address => Of(BindingAddress.Parse(address), protocolsOf(address), tlsOf)).OfType<Wire.ListeningAddress>().DistinctBy(address => (address.Host, address.Port))];

        // Beside listeners for other machines, those for this one alone are for its own tools. By themselves they are for work on one machine.
        Wire.ListeningAddress[] open = [.. all.Where(address => !IsLoopback(address))];
        return open.Length > 0 ? open : all;
    }

    /// <summary>
    /// What the settings say in place of the listeners. Where they do not say the protocols, those are of the listener with the same port, else what all
    /// of its scheme share.
    /// </summary>
    public static IEnumerable<Wire.ListeningAddress> Of(IEnumerable<InboundAddress> given, IReadOnlyList<Wire.ListeningAddress> listening) => given.Select(address =>
        new Wire.ListeningAddress
        {
            Host = address.Endpoint.Host,
            Port = (uint)address.Endpoint.Port,
            Scheme = (Scheme)address.Endpoint.Scheme,
            Protocols = ProtocolsOf(address, listening) is [Protocols only] ? only : Protocols.All,
            Tls = Behind(address, listening).Select(listener => listener.Tls).Distinct().ToArray() is [var tls] ? tls : MeshTls.None,
        });

    /// <summary>Those of the settings whose listener, and so what they speak, cannot be told.</summary>
    public static IEnumerable<string> Unclear(IEnumerable<InboundAddress> given, IReadOnlyList<Wire.ListeningAddress> listening) =>
        given.Where(address => ProtocolsOf(address, listening).Length > 1).Select(address => address.Address);

    /// <summary>The ports at which a web server takes IPv4 alone, at whichever of the machine's addresses.</summary>
    public static IReadOnlySet<int> Ipv4Only(IReadOnlyList<string> bound)
    {
        ILookup<bool, int> ports = bound.Select(BindingAddress.Parse).Where(address => !address.IsUnixPipe && !address.IsNamedPipe)
            .ToLookup(address => address.Host == IPAddress.Any.ToString(), address => address.Port);
        return ports[true].Except(ports[false]).ToHashSet();
    }

    private static Protocols[] ProtocolsOf(InboundAddress address, IReadOnlyList<Wire.ListeningAddress> listening)
    {
        if (address.Protocols is { } given)
        {
            return [(Protocols)given];
        }

        return [.. Behind(address, listening).Select(listener => listener.Protocols).Distinct()];
    }

    // That of the same port, or else all of the scheme.
    private static Wire.ListeningAddress[] Behind(InboundAddress address, IReadOnlyList<Wire.ListeningAddress> listening)
    {
        Wire.ListeningAddress[] likely = [.. listening.Where(listener => listener.Scheme == (Scheme)address.Endpoint.Scheme)];
        Wire.ListeningAddress[] same = [.. likely.Where(listener => listener.Port == address.Endpoint.Port)];
        return same.Length > 0 ? same : likely;
    }

    // Of one wire alone, and config servers take none.
    private static bool IsLinkLocal(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && (address.IsIPv6LinkLocal || s_linkLocal.Contains(address));

    private static bool IsLoopback(Wire.ListeningAddress address) => address.Host.Length > 0 && IPAddress.IsLoopback(IPAddress.Parse(address.Host));

    // Null: nobody else reaches it, or it speaks nothing that the mesh does.
    private static Wire.ListeningAddress? Of(BindingAddress address, HttpProtocols? protocols, Func<int, MeshTls?> tlsOf)
    {
        if (address.IsUnixPipe || address.IsNamedPipe || address.Host.StartsWith('<') || protocols is HttpProtocols.Http3 or HttpProtocols.None || IsLinkLocal(address.Host))
        {
            return null;
        }

        bool isTls = address.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
        MeshTls? tls = isTls || protocols is null ? null : tlsOf(address.Port);
        return new Wire.ListeningAddress
        {
            Host = HostOf(address.Host),
            Port = (uint)address.Port,
            Scheme = isTls ? Scheme.Https : Scheme.Http,
            Protocols = protocols is not { } spoken ? Protocols.All
                : !spoken.HasFlag(HttpProtocols.Http2) ? Protocols.Http1
                : !spoken.HasFlag(HttpProtocols.Http1) ? Protocols.Http2
                : isTls || tls is not null ? Protocols.All

                // Without TLS, and with nobody who looks at the first bytes, the two cannot be told apart, and Kestrel takes the older one.
                : Protocols.Http1,
            Tls = tls ?? MeshTls.None,
        };
    }

    // Whoever listens on all addresses, or by a name, does not know how others reach it: the config server sees where its stream comes from.
    private static string HostOf(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback.ToString()
        : IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? address.ToString()
        : "";
}
