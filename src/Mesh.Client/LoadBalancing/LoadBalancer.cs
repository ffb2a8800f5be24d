using System.Collections.Immutable;

using Mesh.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>Builds the balancer that the settings ask for.</summary>
internal static class LoadBalancer
{
    /// <param name="settings">The policy and its constants.</param>
    /// <param name="endpoints">The endpoints that are ready, each once.</param>
    /// <param name="previous">The balancer that is replaced, if any.</param>
    /// <param name="random">Null: <see cref="Random.Shared"/>.</param>
    public static ILoadBalancer<TEndpoint> Create<TEndpoint>(
        LoadBalancingSettings settings,
        ImmutableArray<TEndpoint> endpoints,
        ILoadBalancer<TEndpoint>? previous = null,
        Random? random = null)
        where TEndpoint : BalancedEndpoint => settings.Policy switch
        {
            BalancingPolicy.PeakEwma => new PeakEwmaBalancer<TEndpoint>(endpoints, settings.DecayTime, random ?? Random.Shared),
            BalancingPolicy.RoundRobin => new RoundRobinBalancer<TEndpoint>(
                endpoints, previous as RoundRobinBalancer<TEndpoint>, random ?? Random.Shared),
            BalancingPolicy.Random => new RandomBalancer<TEndpoint>(endpoints, random ?? Random.Shared),
            BalancingPolicy.LeastRequest => new LeastRequestBalancer<TEndpoint>(endpoints, settings.ChoiceCount, random ?? Random.Shared),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Policy, "No such load balancing policy."),
        };
}
