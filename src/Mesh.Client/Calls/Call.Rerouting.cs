using Mesh.Client.Runtime;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Calls;

/// <content>A call whose endpoints went while it was on its way to them.</content>
internal sealed partial class Call
{
    /// <summary>
    /// Where there is no endpoint any more, and the rules are others than those that it was begun by, it goes where they lead now: its
    /// endpoints may be there. Its time and its retries stay as they were.
    /// </summary>
    private bool TryReroute()
    {
        // The endpoints may be gone by rules that come into force in this moment.
        ServiceRules rules;
        lock (_service.Gate)
        {
            rules = _service.Rules;
        }

        if (Route.IsForCopies || rules.Routes.Contains(Route))
        {
            return false;
        }

        // Routes match what the caller has written.
        UndoEdits();
        if (rules.Match(Request, IsGrpc) is not { Filters: null or { DirectResponse: null, Redirector: null } } route)
        {
            return false;
        }

        Cluster cluster = Narrow(route.Choose());
        if (cluster.Service == Destination)
        {
            (Route, _cluster) = (route, cluster);
        }
        else if (!TryMove(route, cluster))
        {
            return false;
        }

        _edits = route.Filters?.Edit(Request);
        return true;
    }

    // It takes a place there before it leaves the one that it has, and does not wait for it.
    private bool TryMove(Route route, Cluster cluster)
    {
        MeshedService former = Destination;
        if (!cluster.Service.IsDecided || !cluster.Service.Limiter.TryAcquire())
        {
            return false;
        }

        ReleaseBudget();
        LeaveDestination();
        (Route, _cluster, _hasEntered) = (route, cluster, true);
        Destination.Budget.RecordCall(_attemptStarted);
        if (_countedFrom is { } source)
        {
            // Last, for whatever listens may fail.
            Telemetry.ActiveCalls.Add(-1, Tag(MeshTags.Source, source), Tag(MeshTags.Destination, former.Name));
            Telemetry.ActiveCalls.Add(1, Tag(MeshTags.Source, source), Tag(MeshTags.Destination, Destination.Name));
        }

        return true;
    }

    // The request may name a subset itself.
    private Cluster Narrow(Cluster cluster) =>
        Request.Options.TryGetValue(MeshRequestOptions.Subset, out string? subset) && subset is not null
            ? cluster.Service.SubsetOrNone(subset)
            : cluster;
}
