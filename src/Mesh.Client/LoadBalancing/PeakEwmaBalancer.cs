using System.Collections.Immutable;

namespace Mesh.Client.LoadBalancing;

/// <summary>
/// The power of two choices over the expected latency: draws two endpoints and takes the one that costs less, the cost being
/// its latency estimate times (1 + calls in flight / relative weight). The first one drawn wins a tie.
/// </summary>
/// <remarks>Equal endpoints are drawn in distinct pairs. Unequal ones are drawn by weight, at times the same one twice, so that without
/// a difference in cost the shares are the weights.</remarks>
internal sealed class PeakEwmaBalancer<TEndpoint> : ILoadBalancer<TEndpoint>
    where TEndpoint : class, IBalancedEndpoint
{
    /// <summary>What an endpoint that has never answered costs while it is being tried: so only one call at a time finds out.</summary>
    private const double Unproven = 1e12;

    private readonly TEndpoint[] _endpoints;
    private readonly Lots? _lots;
    private readonly Decay _decay;
    private readonly Random _random;

    /// <param name="endpoints">The endpoints that are ready.</param>
    /// <param name="decayTime">The time constant of the estimates.</param>
    /// <param name="random">Must be safe under parallel calls, as <see cref="Random.Shared"/> is.</param>
    public PeakEwmaBalancer(ImmutableArray<TEndpoint> endpoints, TimeSpan decayTime, Random random)
    {
        _endpoints = [.. endpoints];
        _decay = new Decay(decayTime);
        _random = random;
        double[] weights = Array.ConvertAll(_endpoints, endpoint => (double)endpoint.Weight);
        if (weights.AsSpan().ContainsAnyExcept(weights.FirstOrDefault()))
        {
            double mean = weights.Average();
            _lots = new Lots(new AliasTable(weights), Array.ConvertAll(weights, weight => mean / weight));
        }
    }

    public TEndpoint? Pick(long now, ReadOnlySpan<TEndpoint> avoid = default)
    {
        if (_endpoints.Length < 2)
        {
            return _endpoints.Length == 0 ? null : _endpoints[0];
        }

        if (avoid.IsEmpty)
        {
            (int first, int second) = Draw();
            return _endpoints[Cost(second, now) < Cost(first, now) ? second : first];
        }

        for (int draw = 0; draw <= Avoidance.Redraws; draw++)
        {
            (int first, int second) = Draw();
            bool takeFirst = !avoid.Includes(_endpoints[first]);
            bool takeSecond = !avoid.Includes(_endpoints[second]);
            if (takeFirst || takeSecond)
            {
                return _endpoints[takeFirst && !(takeSecond && Cost(second, now) < Cost(first, now)) ? first : second];
            }
        }

        return Avoidance.FirstOutside<TEndpoint>(_endpoints, _random.Next(_endpoints.Length), avoid);
    }

    private (int First, int Second) Draw()
    {
        if (_lots is not null)
        {
            return (_lots.Table.Draw(_random), _lots.Table.Draw(_random));
        }

        ulong bits = (ulong)_random.NextInt64();
        int first = (int)(((bits >> 31) * (uint)_endpoints.Length) >> 32);
        int second = (int)(((bits & int.MaxValue) * (uint)(_endpoints.Length - 1)) >> 31);
        return (first, second < first ? second : second + 1);
    }

    private double Cost(int index, long now)
    {
        TEndpoint endpoint = _endpoints[index];
        int active = endpoint.ActiveRequests;
        PeakEwma latency = endpoint.Latency;
        if (!latency.HasSample && active > 0)
        {
            return Unproven + active;
        }

        double load = _lots is null ? active : active * _lots.Loads[index];
        return latency.Read(now, _decay) * (1 + load);
    }

    /// <summary>How endpoints of unequal weight are drawn, and what one call means to each, in calls to an average one.</summary>
    private sealed record Lots(AliasTable Table, double[] Loads);
}
