using System.Collections.Immutable;
using System.Net;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Who somebody may be. What else a process says of itself is for display and routing alone.</summary>
/// <param name="Service">The service.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Labels">Those that policies may select on.</param>
/// <param name="Ranges">Where it may ask from; empty: from anywhere.</param>
internal sealed record Grant(string Service, string Namespace, ImmutableSortedDictionary<string, string> Labels, ImmutableArray<IPNetwork> Ranges)
{
    public SpiffeId IdIn(string trustDomain) => new(trustDomain, Namespace, Service);

    /// <summary>Whether it may be asked for from an address; null: that is not known.</summary>
    public bool Covers(IPAddress? address)
    {
        if (Ranges.IsEmpty)
        {
            return true;
        }

        IPAddress? plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && Ranges.Any(range => range.Contains(plain));
    }
}
