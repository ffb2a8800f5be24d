using Mesh.Model.Documents;
using static Mesh.Model.Xds.Wire.SocketAddress;

namespace Mesh.Model.Xds;

/// <summary>A host and a port.</summary>
internal static class SocketAddressCodec
{
    /// <summary>Null after a fault.</summary>
    public static (string Host, int Port)? Decode(Wire.SocketAddress? address, EndpointLookup lookup, XdsField at)
    {
        if (address is null)
        {
            at.Fault("An endpoint has an address.");
            return null;
        }

        string? host = Addresses.HostOf(address.Address);
        if (host is null)
        {
            at["address"].Fault($"{Wording.Quote(address.Address)} is neither a host's name nor an address.");
        }

        if (address.Protocol is not Types.Protocol.Tcp)
        {
            at["protocol"].Fault($"{address.Protocol} is not supported; TCP is.");
        }

        // Where DNS tells the port, too, there is none here.
        bool hasPort = address.PortSpecifierCase is PortSpecifierOneofCase.PortValue && address.PortValue is > 0 and <= ushort.MaxValue;
        if (!hasPort && lookup is not EndpointLookup.Services)
        {
            at["port_value"].Fault("A port is a number from 1 to 65535.");
        }

        return host is null ? null : (host, hasPort ? (int)address.PortValue : 0);
    }
}
