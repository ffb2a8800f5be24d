using System.Collections.Immutable;
using System.Runtime.InteropServices;

using Mesh.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>
/// The power of some choices over the load: draws endpoints and takes the one that has the fewest calls in flight for its weight. The
/// first one drawn wins a tie.
/// </summary>
/// <remarks>
/// For equal endpoints this is Envoy's least request balancer (<c>source/extensions/load_balancing_policies/least_request</c>; after
/// M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing"), but for the choices being distinct. For unequal ones Envoy
/// keeps a schedule by weight / (calls + 1), under a lock. Here they are drawn by weight, at times the same one twice, and compared
/// by calls / weight: where none is busy the shares are the weights, and under load the calls in flight are.
/// </remarks>
internal sealed class LeastRequestBalancer<TEndpoint> : ILoadBalancer<TEndpoint>
    where TEndpoint : BalancedEndpoint
{
    private readonly TEndpoint[] _endpoints;
    private readonly WeightedDraw _draw;
    private readonly int _choices;

    /// <param name="endpoints">The endpoints that are ready.</param>
    /// <param name="choiceCount">How many are drawn, at most <see cref="LoadBalancingSettings.MaxChoiceCount"/>.</param>
    /// <param name="random">Must be safe under parallel calls, as <see cref="Random.Shared"/> is.</param>
    public LeastRequestBalancer(ImmutableArray<TEndpoint> endpoints, int choiceCount, Random random)
    {
        _endpoints = ImmutableCollectionsMarshal.AsArray(endpoints)!;
        _draw = new WeightedDraw(endpoints, random);
        _choices = _draw.IsEven ? Math.Min(choiceCount, endpoints.Length) : choiceCount;
    }

    public TEndpoint? Pick(long now, ReadOnlySpan<TEndpoint> avoid = default)
    {
        if (_endpoints.Length == 0)
        {
            return null;
        }

        for (int draw = 0; draw <= Avoidance.Redraws; draw++)
        {
            if (LeastLoaded(avoid) is { } endpoint)
            {
                return endpoint;
            }
        }

        return Avoidance.FirstOutside(_endpoints, _draw.Uniform(), avoid);
    }

    // Null where everything that was drawn is to be avoided.
    private TEndpoint? LeastLoaded(ReadOnlySpan<TEndpoint> avoid)
    {
        Span<int> drawn = stackalloc int[LoadBalancingSettings.MaxChoiceCount];
        TEndpoint? best = null;
        double least = double.PositiveInfinity;
        for (int choice = 0; choice < _choices; choice++)
        {
            int index = _draw.Another(drawn, choice);
            TEndpoint endpoint = _endpoints[index];
            double load = endpoint.ActiveRequests * _draw.Load(index);
            if (load < least && !avoid.Includes(endpoint))
            {
                (best, least) = (endpoint, load);
            }
        }

        return best;
    }
}
