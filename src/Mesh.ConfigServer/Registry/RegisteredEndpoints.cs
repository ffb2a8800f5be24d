using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.ConfigServer.Registry;

/// <summary>Where the instances of a service are called.</summary>
/// <param name="Claims">All that say that they are somewhere.</param>
internal sealed record RegisteredEndpoints(ImmutableArray<EndpointClaim> Claims)
{
    /// <summary>
    /// The endpoints of a service: those of its document, whose word holds where both have an address, and these, in an order that is the
    /// same on every server; of those with one address the newest. Those that are called last have the lowest priority, one past all
    /// others, unless they are more than half of all: to send all calls to the few that are left would take these down, too.
    /// </summary>
    public ImmutableArray<MeshEndpoint> JoinedTo(ImmutableArray<MeshEndpoint> documents)
    {
        HashSet<EndpointKey> taken = [.. documents.Select(endpoint => endpoint.Key)];
        Dictionary<EndpointKey, EndpointClaim> newest = new(Claims.Length);
        foreach (EndpointClaim claim in Claims)
        {
            EndpointKey key = claim.Endpoint.Endpoint.Key;
            if (!taken.Contains(key) && (!newest.TryGetValue(key, out EndpointClaim other) || other.Number < claim.Number))
            {
                newest[key] = claim;
            }
        }

        EndpointClaim[] sorted = [.. newest.Values];
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Endpoint.Authority, other.Endpoint.Authority));
        ILookup<bool, RegisteredEndpoint> byRank = sorted.ToLookup(claim => claim.IsLast, claim => claim.Endpoint);
        if (byRank[true].Count() > documents.Length + byRank[false].Count())
        {
            return [.. documents, .. sorted.Select(claim => claim.Endpoint.Endpoint)];
        }

        MeshEndpoint[] first = [.. documents, .. byRank[false].Select(each => each.Endpoint)];
        int lowest = first.Length == 0 ? 0 : first.Max(endpoint => endpoint.Priority) + 1;
        return [.. first, .. byRank[true].Select(each => each.At(lowest))];
    }
}
