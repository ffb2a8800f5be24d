using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Mesh.Client.LoadBalancing;

/// <summary>
/// The power of two choices over the expected latency: draws two endpoints and takes the one that costs less, the cost being
/// its latency estimate times (1 + calls in flight / relative weight). The first one drawn wins a tie.
/// </summary>
/// <remarks>
/// Equal endpoints are drawn in distinct pairs. Unequal ones are drawn by weight, at times the same one twice, so that
/// where costs do not differ the shares are the weights.
/// </remarks>
internal sealed class PeakEwmaBalancer<TEndpoint> : ILoadBalancer<TEndpoint>
    where TEndpoint : BalancedEndpoint
{
    /// <summary>What an endpoint that has never answered, but for cold calls, costs while it is being tried: one call at a time finds out.</summary>
    private const double Unproven = 1e12;

    private readonly TEndpoint[] _endpoints;
    private readonly WeightedDraw _draw;
    private readonly Decay _decay;

    /// <param name="endpoints">The endpoints that are ready.</param>
    /// <param name="decayTime">The time constant of their latency estimates.</param>
    /// <param name="random">Must be safe under parallel calls, as <see cref="Random.Shared"/> is.</param>
    public PeakEwmaBalancer(ImmutableArray<TEndpoint> endpoints, TimeSpan decayTime, Random random)
    {
        _endpoints = ImmutableCollectionsMarshal.AsArray(endpoints)!;
        _draw = new WeightedDraw(endpoints, random);
        _decay = new Decay(decayTime);
    }

    public TEndpoint? Pick(long now, ReadOnlySpan<TEndpoint> avoid = default)
    {
        if (_endpoints.Length < 2)
        {
            return _endpoints.Length == 0 ? null : _endpoints[0];
        }

        if (!avoid.IsEmpty)
        {
            return PickOutside(avoid, now);
        }

        (int first, int second) = _draw.Pair();
        return _endpoints[Cheaper(first, second, now)];
    }

    private TEndpoint PickOutside(ReadOnlySpan<TEndpoint> avoid, long now)
    {
        for (int draw = 0; draw <= Avoidance.Redraws; draw++)
        {
            (int first, int second) = _draw.Pair();
            bool firstTried = avoid.Includes(_endpoints[first]);
            bool secondTried = avoid.Includes(_endpoints[second]);
            if (!firstTried || !secondTried)
            {
                return _endpoints[Cheaper(firstTried ? second : first, secondTried ? first : second, now)];
            }
        }

        return Avoidance.FirstOutside(_endpoints, _draw.Uniform(), avoid);
    }

    private int Cheaper(int first, int second, long now) => Cost(second, now) < Cost(first, now) ? second : first;

    private double Cost(int index, long now)
    {
        TEndpoint endpoint = _endpoints[index];
        int active = endpoint.ActiveRequests;
        return active == 0 ? endpoint.Latency.ReadForPick(now, _decay)
            : !endpoint.Latency.IsProven ? Unproven + active
            : endpoint.Latency.Read(now, _decay) * (1 + (active * _draw.Load(index)));
    }
}
