using Mesh.Client.Filters;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>One entry of a route's <c>Mirror</c>: which requests are copied, where the copies go, and how many are in flight.</summary>
internal sealed class Mirror
{
    // A target that hangs would keep its places for ever.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private readonly decimal _percent;
    private readonly int _maxRequests;
    private int _active;

    public Mirror(RouteMirror settings, MeshRoute route, MeshedService service, TimeProvider time)
    {
        _percent = settings.Percent;
        _maxRequests = settings.MaxRequests;
        Destination = settings.Service is { } name
            ? ServiceNames.Canonical(name, service.Runtime.Settings.Settings.Service.Namespace)
            : service.Name;
        MeshRoute copies = new()
        {
            Name = route.Name,
            To = [new RouteTarget { Service = settings.Service, Subset = settings.Subset }],
            Timeout = route.Timeout ?? s_timeout,
            Retry = new RetrySettings { Attempts = 0 },
        };
        Route = new Route(copies, service, time) { IsForCopies = true };
    }

    /// <summary>The name of the service that gets the copies.</summary>
    public string Destination { get; }

    /// <summary>The way of the copies: once, within the time of the route that they are made by.</summary>
    public Route Route { get; }

    /// <summary>Whether as many copies are in flight as may be.</summary>
    public bool IsFull => Volatile.Read(ref _active) >= _maxRequests;

    /// <summary>Whether this request is copied: a draw by the share.</summary>
    public bool Draw() => Chance.Falls(_percent);

    /// <summary>Takes a place if one is free. True is owed a <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _active) <= _maxRequests)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _active);
}
