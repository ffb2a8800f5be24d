using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// The state-of-the-world protocol on one stream: each request of a type has all names of it, the version that was accepted last and the
/// nonce of the newest response. Without a lock, I/O or a clock.
/// </summary>
/// <param name="store">What is followed, and where answers go.</param>
/// <param name="node">Who asks; told once.</param>
/// <param name="accepted">The versions that were accepted of this server, whatever the stream.</param>
/// <param name="features">What is to be done with what this server says.</param>
internal sealed class SotwProtocol(ResourceStore store, Wire.Node node, Dictionary<XdsResourceType, string> accepted, XdsServerFeatures features)
    : IAdsProtocol<Wire.DiscoveryRequest, Wire.DiscoveryResponse>
{
    private const int InvalidArgument = 3;
    private const int NotFound = 5;
    private const int PermissionDenied = 7;

    private readonly Dictionary<XdsResourceType, SotwSubscription> _subscriptions = XdsResourceType.All.ToDictionary(type => type, type => new SotwSubscription(type));
    private readonly Queue<(SotwSubscription Subscription, Wire.DiscoveryRequest Request)> _answers = new();
    private int _revision = -1;
    private bool _isIntroduced;
    private bool _hasAnswered;

    public void End()
    {
        foreach (SotwSubscription subscription in _subscriptions.Values)
        {
            Tell(subscription, []);
        }
    }

    public Wire.ControlPlane? ServerOf(Wire.DiscoveryResponse response) => response.ControlPlane;

    public IReadOnlyList<Wire.DiscoveryRequest> Flush(long now)
    {
        List<Wire.DiscoveryRequest> requests = [];
        if (_answers.Count == 0 && _revision == store.Revision)
        {
            return requests;
        }

        _revision = store.Revision;
        ILookup<XdsResourceType, XdsResource> wanted = store.Wanted.ToLookup(resource => resource.Type);
        while (_answers.TryDequeue(out (SotwSubscription Subscription, Wire.DiscoveryRequest Request) answer))
        {
            requests.Add(Name(answer.Subscription, answer.Request, [.. wanted[answer.Subscription.Type]]));
        }

        foreach (SotwSubscription subscription in _subscriptions.Values)
        {
            XdsResource[] all = [.. wanted[subscription.Type]];
            if (subscription.Differs(all))
            {
                requests.Add(Name(subscription, subscription.Ask(VersionFor(subscription, all)), all));
            }
        }

        if (!_isIntroduced && requests.Count > 0)
        {
            _isIntroduced = true;
            requests[0].Node = node;
        }

        if (_hasAnswered)
        {
            StartWaiting(now);
        }

        return requests;
    }

    public IReadOnlyList<SentResource> Read(Wire.DiscoveryResponse response) => XdsResourceType.Find(response.TypeUrl) is not { } type ? [] :
    [
        .. response.Resources.Select(resource => SotwResource.Read(store, type, response.VersionInfo, resource)),
    ];

    public IReadOnlyList<XdsResource> Take(Wire.DiscoveryResponse response, IReadOnlyList<SentResource> contents, long now)
    {
        if (!_hasAnswered)
        {
            // What another stream was asked, too, is waited for anew.
            _hasAnswered = true;
            store.ForgetQuestions();
            StartWaiting(now);
        }

        // One that this version does not know; or that was not asked for, and an answer without names would be taken for a wish for all.
        if (XdsResourceType.Find(response.TypeUrl) is not { } type || !_subscriptions[type].HasBegun)
        {
            return [];
        }

        SotwSubscription subscription = _subscriptions[type];
        subscription.Nonce = response.Nonce;
        List<XdsResource> told = [];
        List<string> refusals = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<string> twice = [.. contents.Select(resource => resource.Name).OfType<string>().Where(name => !seen.Add(name))];
        foreach (SentResource resource in contents)
        {
            if (resource.Name is null)
            {
                refusals.Add($"{type}: {string.Join(" ", resource.Parsed.Faults)}");
            }
            else if (Asked(subscription, resource.Name) is { } known)
            {
                told.Add(known);
                if (Take(known, resource, twice.Contains(resource.Name)) is { } refusal)
                {
                    refusals.Add($"{type} '{resource.Name}': {refusal}");
                }
            }
        }

        foreach (Wire.ResourceError error in response.ResourceErrors)
        {
            if (Asked(subscription, error.ResourceName?.Name ?? "") is { } withheld)
            {
                seen.Add(withheld.Name);
                withheld.Withhold(error.ErrorDetail);
                FailIfAsked(withheld, error.ErrorDetail?.Code is NotFound or PermissionDenied);
                told.Add(withheld);
            }
        }

        // One that cannot be read may be any of those that are missing.
        if (contents.All(resource => resource.Name is not null))
        {
            told.AddRange(TakeAway(subscription, seen));
        }

        Answer(subscription, response, refusals);
        return told;
    }

    private Wire.DiscoveryRequest Name(SotwSubscription subscription, Wire.DiscoveryRequest request, XdsResource[] wanted)
    {
        Tell(subscription, wanted);
        request.ResourceNames.Add(wanted.Select(resource => resource.Name).Order(StringComparer.Ordinal));
        return request;
    }

    private void Tell(SotwSubscription subscription, XdsResource[] wanted)
    {
        string[] dropped = subscription.Tell(wanted, ResourceStore.Ask);
        Array.ForEach(dropped, name => store.Drop(subscription.Type, name));
    }

    private string? Take(XdsResource known, SentResource sent, bool isTwice)
    {
        string? refusal = isTwice ? known.Refuse(new XdsFault("", "It is twice in one response."))
            : known.Take(sent);
        FailIfAsked(known, refusal is not null);
        return refusal;
    }

    private void FailIfAsked(XdsResource resource, bool isBad)
    {
        if (isBad && features.HasFlag(XdsServerFeatures.FailOnDataErrors))
        {
            resource.Fail();
        }
    }

    /// <summary>Of listeners and clusters a response has all: one that was there and is not any more is gone. Of others nothing follows.</summary>
    private XdsResource[] TakeAway(SotwSubscription subscription, HashSet<string> seen)
    {
        if (subscription.Type != XdsResourceType.Listener && subscription.Type != XdsResourceType.Cluster)
        {
            return [];
        }

        // What is newly asked for may have crossed the response.
        XdsResource[] gone =
        [
            .. store.Wanted.Where(resource => resource.Type == subscription.Type
                && resource.Value is not null && subscription.IsAnswered(resource.Name) && !seen.Contains(resource.Name)),
        ];
        subscription.Answered(seen);
        foreach (XdsResource resource in gone)
        {
            // What the cache had may have been deleted long before this process began.
            if (resource.IsFromCache || features.HasFlag(XdsServerFeatures.FailOnDataErrors))
            {
                resource.Remove();
            }
            else
            {
                resource.Keep();
            }
        }

        return gone;
    }

    private void Answer(SotwSubscription subscription, Wire.DiscoveryResponse response, List<string> refusals)
    {
        if (refusals.Count == 0)
        {
            accepted[subscription.Type] = response.VersionInfo;
        }

        Wire.DiscoveryRequest answer = subscription.Ask(accepted.GetValueOrDefault(subscription.Type, ""));
        if (refusals.Count > 0)
        {
            answer.ErrorDetail = new Wire.Status { Code = InvalidArgument, Message = $"{node.Id}: {string.Join(" ", refusals.Distinct())}" };
        }

        subscription.IsVersionTold = true;
        _answers.Enqueue((subscription, answer));
    }

    // To a server on a new stream the version says that nothing is missing, so that it may be silent. It must not be where something is
    // missing; nor of listeners, so that every server says something on every stream: else one that has nothing new could not be told from
    // one that is stuck.
    private string VersionFor(SotwSubscription subscription, XdsResource[] wanted) =>
        !wanted.Any(resource => resource.IsStale)
        && (subscription.IsVersionTold
            || (subscription.Type != XdsResourceType.Listener && wanted.All(resource => resource.Value is not null)))
            ? accepted.GetValueOrDefault(subscription.Type, "")
            : "";

    private XdsResource? Asked(SotwSubscription subscription, string name) => subscription.Has(name) ? store.Find(subscription.Type, name) : null;

    // A server that has said nothing at all is not one that says "there is no such thing".
    private void StartWaiting(long now)
    {
        foreach (XdsResource resource in store.Wanted.Where(resource =>
            resource is { AskedAt: null } and ({ State: XdsResourceState.Requested, Trouble: null } or { IsStale: true }) && _subscriptions[resource.Type].Has(resource.Name)))
        {
            resource.AskedAt = now;
        }
    }
}
