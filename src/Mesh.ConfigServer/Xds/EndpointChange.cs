using System.Collections.Immutable;
using System.Net;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>Whether a change of a service can be seen by its endpoints alone.</summary>
internal static class EndpointChange
{
    /// <summary>
    /// Routes and clusters say how endpoints are called; of the endpoints they say whether there are any, and to gRPC clients whether it is
    /// one name, and whether TLS is asked for.
    /// </summary>
    public static bool IsAll(MeshService before, MeshService now)
    {
        if (before.Endpoints is not { } old || now.Endpoints is not { } others || before with { Endpoints = others } != now)
        {
            return false;
        }

        // Where all take the mesh's TLS alone, and are called the same, one more or less changes nothing of clusters.
        bool areAlike = GrpcTls.NamesOf(now, old) is { } names && GrpcTls.NamesOf(now, others) is { } newNames && names.SequenceEqual(newNames);
        return ArePlain(old, others, areAlike) && ArePlain(others, old, areAlike);
    }

    // As a rule nearly all are the same objects at the same place. Of those that stay in a list of several it does not matter whether they
    // are names.
    private static bool ArePlain(ImmutableArray<MeshEndpoint> endpoints, ImmutableArray<MeshEndpoint> others, bool mayBeSecured)
    {
        int shorter = Math.Min(endpoints.Length, others.Length);
        int head = 0;
        while (head < shorter && ReferenceEquals(endpoints[head], others[head]))
        {
            head++;
        }

        int tail = 0;
        while (tail < shorter - head && ReferenceEquals(endpoints[^(tail + 1)], others[^(tail + 1)]))
        {
            tail++;
        }

        ReadOnlySpan<MeshEndpoint> mayBeNames = shorter < 2 ? endpoints.AsSpan() : endpoints.AsSpan()[head..^tail];
        foreach (MeshEndpoint endpoint in mayBeNames)
        {
            if (!IPAddress.TryParse(endpoint.Host, out _))
            {
                return false;
            }
        }

        return endpoints.All(endpoint => endpoint is { Lookup: EndpointLookup.None } and ({ Tls: null } or { TakesPlainText: true })
            || (mayBeSecured && endpoint is { Lookup: EndpointLookup.None, SpiffeId: not null }));
    }
}
