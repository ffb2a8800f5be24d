namespace Mesh.Client.LoadBalancing;

/// <summary>
/// Picks the endpoint that a key belongs to: each endpoint draws a number for the key, and the one that comes first has it (weighted rendezvous
/// hashing: Thaler and Ravishankar 1998, with the exponential draws of Schindelhauer and Schomaker 2005). When one leaves, its keys alone move,
/// spread over all others. Takes a step for each endpoint.
/// </summary>
internal static class KeyedPick
{
    /// <summary>Null when there are none.</summary>
    /// <param name="endpoints">The endpoints, in any order.</param>
    /// <param name="key">The key's hash.</param>
    /// <param name="avoid">One of them is picked only when there is no other.</param>
    public static TEndpoint? From<TEndpoint>(TEndpoint[] endpoints, ulong key, ReadOnlySpan<TEndpoint> avoid = default)
        where TEndpoint : BalancedEndpoint
    {
        TEndpoint? first = null;
        TEndpoint? firstAvoided = null;
        double least = double.PositiveInfinity;
        double leastAvoided = double.PositiveInfinity;
        foreach (TEndpoint endpoint in endpoints)
        {
            double drawn = -Math.Log(StableHash.ToFraction(StableHash.Mix(key ^ endpoint.Hash))) / endpoint.Weight;
            if (avoid.Includes(endpoint))
            {
                (firstAvoided, leastAvoided) = drawn < leastAvoided ? (endpoint, drawn) : (firstAvoided, leastAvoided);
            }
            else if (drawn < least)
            {
                (first, least) = (endpoint, drawn);
            }
        }

        return first ?? firstAvoided;
    }
}
