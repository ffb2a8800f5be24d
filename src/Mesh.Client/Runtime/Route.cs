using Mesh.Client.Filters;
using Mesh.Client.Resilience;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>A route made ready for calls: its targets as clusters, their shares as running sums.</summary>
internal sealed class Route
{
    private readonly Target[] _targets;
    private readonly long _totalWeight;

    public Route(MeshRoute settings, MeshedService service, TimeProvider time)
    {
        Name = settings.Name;
        Timeout = settings.Timeout;
        IdleTimeout = settings.IdleTimeout;
        Retry = new RetryPolicy(settings.Retry, time);
        Filters = RouteFilters.For(settings);
        Mirrors = settings.Mirror.IsEmpty ? null : [.. settings.Mirror.Select(mirror => new Mirror(mirror, settings, service, time))];
        IEnumerable<RouteTarget> targets = settings.To.IsEmpty ? [new RouteTarget()] : settings.To.Where(target => target.Weight > 0);
        long upTo = 0;
        _targets = [.. targets.Select(target => new Target(service, target, upTo += target.Weight))];
        _totalWeight = upTo;
    }

    public string Name { get; }

    /// <summary>From the call's start to the last byte of the answer's body; null: no limit.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>How long the answer's body may pause; null: no limit.</summary>
    public TimeSpan? IdleTimeout { get; }

    public RetryPolicy Retry { get; }

    /// <summary>What happens to requests besides being sent; null: nothing.</summary>
    public RouteFilters? Filters { get; }

    /// <summary>Where copies of requests go; null: none are made.</summary>
    public Mirror[]? Mirrors { get; }

    /// <summary>Whether it is the way of copies, which are no calls of the application's.</summary>
    public bool IsForCopies { get; init; }

    /// <summary>Where this request goes: a draw by the targets' shares.</summary>
    public Cluster Choose()
    {
        if (_targets.Length == 1)
        {
            return _targets[0].Cluster;
        }

        long draw = Random.Shared.NextInt64(_totalWeight);
        int chosen = 0;
        while (draw >= _targets[chosen].UpTo)
        {
            chosen++;
        }

        return _targets[chosen].Cluster;
    }

    /// <summary>One share. Its cluster is looked up on first use, for services may name each other in circles.</summary>
    private sealed class Target(MeshedService owner, RouteTarget settings, long upTo)
    {
        private Cluster? _cluster;

        public long UpTo => upTo;

        // A service that nobody knows may be forgotten, and be another one when it is known: it is looked up each time.
        public Cluster Cluster => _cluster is { Service: { IsKnown: true, IsForgotten: false } } known
            ? known
            : _cluster = owner.Peer(settings.Service).Cluster(settings.Subset);
    }
}
