namespace Mesh.Client.LoadBalancing;

/// <summary>
/// Chooses among endpoints that are ready. An immutable snapshot of them: a change of the set builds another one.
/// Safe under parallel calls without locks, and as fast for ten thousand endpoints as for ten.
/// </summary>
internal interface ILoadBalancer<TEndpoint>
    where TEndpoint : BalancedEndpoint
{
    /// <summary>Picks the endpoint for one attempt; null when there are none.</summary>
    /// <param name="now">The timestamp of the attempt.</param>
    /// <param name="avoid">Endpoints that this call has tried, a handful at most. One of them is picked only when there is no other.</param>
    TEndpoint? Pick(long now, ReadOnlySpan<TEndpoint> avoid = default);
}
