using System.Collections.Immutable;
using System.Net;
using Mesh.Model;

namespace Mesh.ConfigServer.Xds;

/// <summary>Whether a change of a service can be seen by its endpoints alone.</summary>
internal static class EndpointChange
{
    /// <summary>
    /// Routes and clusters say how endpoints are called; of the endpoints they say whether there are any, and to gRPC clients whether it is
    /// one name, and whether TLS is asked for.
    /// </summary>
    public static bool IsAll(MeshService before, MeshService now) =>
        before.Endpoints is { } old && now.Endpoints is { } others
        && before with { Endpoints = others } == now
        && ArePlain(old, others) && ArePlain(others, old);

    // As a rule nearly all are the same objects at the same place. Of those that stay in a list of several it does not matter whether they
    // are names.
    private static bool ArePlain(ImmutableArray<MeshEndpoint> endpoints, ImmutableArray<MeshEndpoint> others)
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

        // Who has registered asks for TLS of itself alone: clusters do not tell it.
        return endpoints.All(endpoint => endpoint is { Lookup: EndpointLookup.None } and ({ Tls: null } or { TakesPlainText: true } or { SpiffeId: not null }));
    }
}
