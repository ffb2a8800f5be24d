using System.Collections.Immutable;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>
/// The endpoints that one kind of call can use, split into those that are ready and those that are ejected. Immutable: a change of the
/// list, of the rules, or of an endpoint's state builds another.
/// </summary>
internal sealed class EndpointSet
{
    // So many ejected endpoints are looked at per pick at the most, to keep a pick's cost independent of their number.
    private const int ProbesLookedAt = 4;

    private readonly Endpoint[] _ejected;
    private readonly ILoadBalancer<Endpoint> _balancer;
    private int _nextProbe;

    public EndpointSet(ImmutableArray<Endpoint> endpoints, MeshService settings, EndpointSet? previous)
    {
        bool ejects = settings.OutlierDetection.ConsecutiveErrors > 0;
        _ejected = ejects ? [.. endpoints.Where(endpoint => !endpoint.Ejection.IsReady)] : [];
        Count = endpoints.Length;
        IsInPanic = _ejected.Length > 0 && EjectionRules.Panics(Count, Ready, settings);
        ImmutableArray<Endpoint> usable = IsInPanic || _ejected.Length == 0
            ? endpoints
            : [.. endpoints.Where(endpoint => endpoint.Ejection.IsReady)];
        _balancer = LoadBalancer.Create(settings.LoadBalancing, usable, previous?._balancer);
    }

    public int Count { get; }

    public int Ready => Count - _ejected.Length;

    /// <summary>So few endpoints are ready that all get calls.</summary>
    public bool IsInPanic { get; }

    /// <param name="now">Time stamp of the attempt.</param>
    /// <param name="tried">What this call has tried already.</param>
    /// <param name="isProbe">True: the endpoint's ejection is over, and this attempt decides on its return.</param>
    public Endpoint? Pick(long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        isProbe = false;
        return _ejected.Length == 0 ? _balancer.Pick(now, tried) : PickOrProbe(now, tried, out isProbe);
    }

    // First attempts probe. A retry is after an answer: it probes only where nothing else is left that it has not tried.
    private Endpoint? PickOrProbe(long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        Endpoint? ready = tried.IsEmpty ? null : _balancer.Pick(now, tried);
        Endpoint? probe = ready is null || tried.Includes(ready) ? PickProbe(now, tried) : null;
        isProbe = probe is not null;
        return probe ?? ready ?? _balancer.Pick(now, tried);
    }

    private Endpoint? PickProbe(long now, ReadOnlySpan<Endpoint> tried)
    {
        for (int i = Math.Min(ProbesLookedAt, _ejected.Length); i > 0; i--)
        {
            Endpoint candidate = _ejected[(int)((uint)Interlocked.Increment(ref _nextProbe) % (uint)_ejected.Length)];
            if (!tried.Includes(candidate) && candidate.Ejection.TryBeginProbe(now))
            {
                return candidate;
            }
        }

        return null;
    }
}
