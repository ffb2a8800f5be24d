using System.Collections.Immutable;

namespace Mesh.Client.LoadBalancing;

/// <summary>Each endpoint in turn, as often as its weight says, evenly spread (<see cref="SmoothSequence"/>).</summary>
internal sealed class RoundRobinBalancer<TEndpoint> : ILoadBalancer<TEndpoint>
    where TEndpoint : BalancedEndpoint
{
    private readonly TEndpoint[] _endpoints;
    private readonly TEndpoint[] _rotation;
    private readonly Position _position;

    /// <param name="endpoints">The endpoints that are ready.</param>
    /// <param name="previous">The balancer that this one takes over from: it goes on at the same position. Null: starts at a random one.</param>
    /// <param name="random">Gives that position, so that the processes of a service do not march in step.</param>
    public RoundRobinBalancer(ImmutableArray<TEndpoint> endpoints, RoundRobinBalancer<TEndpoint>? previous, Random random)
    {
        _endpoints = [.. endpoints];
        _rotation = Rotation(_endpoints);
        _position = previous?._position ?? new Position { Value = random.NextInt64() };
    }

    public TEndpoint? Pick(long now, ReadOnlySpan<TEndpoint> avoid = default)
    {
        if (_rotation.Length == 0)
        {
            return null;
        }

        // One turn a pick, whatever is avoided: a stride of several could keep meeting the same endpoints.
        ulong turn = (ulong)Interlocked.Increment(ref _position.Value);
        for (uint step = 0; step <= Avoidance.Redraws; step++)
        {
            TEndpoint next = _rotation[(turn + step) % (uint)_rotation.Length];
            if (!avoid.Includes(next))
            {
                return next;
            }
        }

        return Avoidance.FirstOutside(_endpoints, (int)(turn % (uint)_endpoints.Length), avoid);
    }

    private static TEndpoint[] Rotation(TEndpoint[] endpoints)
    {
        int[] weights = Array.ConvertAll(endpoints, endpoint => endpoint.Weight);
        return weights.AsSpan().ContainsAnyExcept(weights.FirstOrDefault())
            ? Array.ConvertAll(SmoothSequence.Of(weights), index => endpoints[index])
            : endpoints;
    }

    /// <summary>Shared by the balancers that follow on one another, so calls that still use an old one advance it too.</summary>
    private sealed class Position
    {
        public long Value;
    }
}
