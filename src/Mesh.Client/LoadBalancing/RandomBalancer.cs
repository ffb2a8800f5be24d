using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Mesh.Client.LoadBalancing;

/// <summary>Any endpoint, as often as its weight says.</summary>
internal sealed class RandomBalancer<TEndpoint> : ILoadBalancer<TEndpoint>
    where TEndpoint : BalancedEndpoint
{
    private readonly TEndpoint[] _endpoints;
    private readonly WeightedDraw _draw;

    /// <param name="endpoints">The endpoints that are ready.</param>
    /// <param name="random">Must be safe under parallel calls, as <see cref="Random.Shared"/> is.</param>
    public RandomBalancer(ImmutableArray<TEndpoint> endpoints, Random random)
    {
        _endpoints = ImmutableCollectionsMarshal.AsArray(endpoints)!;
        _draw = new WeightedDraw(endpoints, random);
    }

    public TEndpoint? Pick(long now, ReadOnlySpan<TEndpoint> avoid = default)
    {
        if (_endpoints.Length == 0)
        {
            return null;
        }

        for (int draw = 0; draw <= Avoidance.Redraws; draw++)
        {
            TEndpoint drawn = _endpoints[_draw.One()];
            if (!avoid.Includes(drawn))
            {
                return drawn;
            }
        }

        return Avoidance.FirstOutside(_endpoints, _draw.Uniform(), avoid);
    }
}
