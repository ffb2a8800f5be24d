using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Resilience;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>The endpoints of a set that have the same priority, and the balancer over those of them that are ready. Immutable.</summary>
internal sealed class PriorityLevel
{
    /// <param name="rank">The priority.</param>
    /// <param name="endpoints">Its endpoints, at least one.</param>
    /// <param name="mayPanic">Whether all its endpoints get calls where only few are ready: not while other levels can do without them.</param>
    /// <param name="settings">The service's rules.</param>
    /// <param name="previous">The level of that priority that this one replaces.</param>
    public PriorityLevel(
        (int Priority, int SrvPriority) rank, ImmutableArray<Endpoint> endpoints, bool mayPanic, MeshService settings, PriorityLevel? previous)
    {
        Rank = rank;
        All = ImmutableCollectionsMarshal.AsArray(endpoints)!;
        ImmutableArray<Endpoint> ready = endpoints.All(endpoint => endpoint.IsReady(settings))
            ? endpoints
            : [.. endpoints.Where(endpoint => endpoint.IsReady(settings))];
        IsInPanic = mayPanic && ready.Length < endpoints.Length && EjectionRules.Panics(endpoints.Length, ready.Length, settings);
        Usable = IsInPanic ? All : ImmutableCollectionsMarshal.AsArray(ready)!;
        Balancer = LoadBalancer.Create(settings.LoadBalancing, IsInPanic ? endpoints : ready, previous?.Balancer);
    }

    public (int Priority, int SrvPriority) Rank { get; }

    /// <summary>So few endpoints are ready that all get calls.</summary>
    public bool IsInPanic { get; }

    /// <summary>Not to be changed: others share it.</summary>
    public Endpoint[] All { get; }

    /// <summary>Those that get calls. Not to be changed either.</summary>
    public Endpoint[] Usable { get; }

    public ILoadBalancer<Endpoint> Balancer { get; }
}
