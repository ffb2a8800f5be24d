using System.Diagnostics;
using Mesh.Client.Filters;
using Mesh.Client.Sources;
using Mesh.Client.Telemetry;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>One entry of a route's <c>Mirror</c>: which requests are copied, where the copies go, and how many are in flight.</summary>
internal sealed class Mirror
{
    // A target that hangs would keep its places for ever.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private readonly MeshRuntime _runtime;
    private readonly string _destination;
    private readonly decimal _percent;
    private readonly int _maxRequests;
    private int _active;

    public Mirror(RouteMirror settings, MeshRoute route, MeshedService service, TimeProvider time)
    {
        _runtime = service.Runtime;
        _percent = settings.Percent;
        _maxRequests = settings.MaxRequests;
        _destination = settings.Service is { } name
            ? ClusterNames.ClusterOf(name) ?? ServiceNames.Canonical(name, _runtime.Settings.Settings.Service.Namespace)
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

    /// <summary>The way of the copies: once, within the time of the route that they are made by.</summary>
    public Route Route { get; }

    /// <summary>Whether this request is copied: a draw by the share.</summary>
    public bool Draw() => Chance.Falls(_percent);

    /// <summary>Takes a place if one is free. True is owed a <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Volatile.Read(ref _active) >= _maxRequests)
        {
            // While a target hangs this is nearly every call.
            return false;
        }

        if (Interlocked.Increment(ref _active) <= _maxRequests)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _active);

    /// <summary>Counts a copy that is not sent, and tells why. Whoever listens may fail; the caller goes on.</summary>
    public void Drop(string reason)
    {
        try
        {
            _runtime.Telemetry.Mirrors.Add(1, new TagList
            {
                { MeshTags.Source, _runtime.Source },
                { MeshTags.Destination, _destination },
                { MeshTags.Route, Route.Name },
                { MeshTags.Outcome, "dropped" },
                { MeshTags.Reason, reason },
            });
            Guarded.Log(() => _runtime.Logger.MirrorFailed(Route.Name, _destination, reason));
        }
        catch (Exception exception)
        {
            Tell(exception);
        }
    }

    /// <summary>Tells of a copy that failed, which its call has counted.</summary>
    public void Tell(Exception exception) =>
        Guarded.Log(() => _runtime.Logger.MirrorFailed(Route.Name, _destination, exception.Message, exception));
}
