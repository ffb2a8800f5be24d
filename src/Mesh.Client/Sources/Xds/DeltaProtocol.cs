using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// The incremental protocol on one stream: what is followed and what was sent go in, what is to be sent comes out. Without a lock, I/O or a
/// clock.
/// </summary>
/// <param name="store">What is followed, and where answers go.</param>
/// <param name="node">Who asks; told once.</param>
internal sealed class DeltaProtocol(ResourceStore store, Wire.Node node) : IAdsProtocol<Wire.DeltaDiscoveryRequest, Wire.DeltaDiscoveryResponse>
{
    private const int InvalidArgument = 3;
    private const int Unavailable = 14;

    private readonly Dictionary<XdsResourceType, HashSet<string>> _asked = XdsResourceType.All.ToDictionary(type => type, _ => new HashSet<string>(StringComparer.Ordinal));
    private readonly Queue<Wire.DeltaDiscoveryRequest> _answers = new();
    private readonly HashSet<XdsResourceType> _begun = [];
    private int _revision = -1;
    private bool _isIntroduced;

    /// <summary>The server has answered on this stream.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>What is to be sent now: answers to responses first, then what is newly followed and no longer.</summary>
    /// <param name="now">The clock's ticks, from which answers are overdue later.</param>
    public IReadOnlyList<Wire.DeltaDiscoveryRequest> Flush(long now)
    {
        List<Wire.DeltaDiscoveryRequest> requests = [.. _answers];
        _answers.Clear();
        if (_revision == store.Revision)
        {
            return requests;
        }

        _revision = store.Revision;
        ILookup<XdsResourceType, XdsResource> wanted = store.Wanted.ToLookup(resource => resource.Type);
        requests.AddRange(XdsResourceType.All.Select(type => Ask(type, [.. wanted[type]])).OfType<Wire.DeltaDiscoveryRequest>());
        if (!_isIntroduced && requests.Count > 0)
        {
            _isIntroduced = true;
            requests[0].Node = node;
        }

        if (HasAnswered)
        {
            StartWaiting(now);
        }

        return requests;
    }

    public void End()
    {
        foreach ((XdsResourceType type, HashSet<string> names) in _asked)
        {
            foreach (string name in names)
            {
                store.Drop(type, name);
            }

            names.Clear();
        }
    }

    public Wire.ControlPlane? ServerOf(Wire.DeltaDiscoveryResponse response) => response.ControlPlane;

    /// <summary>Reads the resources of a response. It needs no lock, however long it takes.</summary>
    public IReadOnlyList<SentResource> Read(Wire.DeltaDiscoveryResponse response) => XdsResourceType.Find(response.TypeUrl) is not { } type ? [] :
    [
        .. response.Resources.Select(sent => new SentResource(
            sent.Name,
            sent.Version,
            sent.Resource_ ?? new(),
            sent.Resource_ is null ? ParsedResource.Bad(new XdsFault("resource", "There is nothing in it.")) : store.Read(IsPatch(type, sent) ? XdsResourceType.EndpointsPatch : type, sent.Name, sent.Resource_))),
    ];

    /// <summary>Takes a response, and prepares the answer to it.</summary>
    /// <param name="response">The response.</param>
    /// <param name="contents">Its resources, as they were read.</param>
    /// <param name="now">The clock's ticks.</param>
    /// <returns>The resources that it speaks of.</returns>
    public IReadOnlyList<XdsResource> Take(Wire.DeltaDiscoveryResponse response, IReadOnlyList<SentResource> contents, long now)
    {
        if (!HasAnswered)
        {
            // What another stream was asked, too, is waited for anew.
            HasAnswered = true;
            store.ForgetQuestions();
            StartWaiting(now);
        }

        // One that this version does not know; or that was not asked for, and an answer without names would be taken for a wish for all.
        if (XdsResourceType.Find(response.TypeUrl) is not { } type || !_begun.Contains(type))
        {
            return [];
        }

        List<XdsResource> told = [];
        List<string> refusals = [];
        Wire.DeltaDiscoveryRequest answer = new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce };
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<string> twice = [.. response.Resources.Select(resource => resource.Name).Where(name => !seen.Add(name))];
        foreach ((Wire.Resource sent, SentResource content) in response.Resources.Zip(contents))
        {
            // A resource that is not asked for is no fault: the request to stop may have crossed it.
            if (Asked(type, sent.Name) is not { } resource)
            {
                continue;
            }

            if (IsPatch(type, sent) && !twice.Contains(sent.Name))
            {
                if (resource.TryPatch(content))
                {
                    told.Add(resource);
                }
                else
                {
                    // To ask for it once more brings it whole.
                    answer.ResourceNamesSubscribe.Add(sent.Name);
                }

                continue;
            }

            told.Add(resource);
            string? refusal = twice.Contains(sent.Name) ? resource.Refuse(new XdsFault("", "It is twice in one response."))
                : resource.Take(content);
            if (refusal is not null)
            {
                refusals.Add($"{type} '{sent.Name}': {refusal}");
            }
        }

        foreach (XdsResource gone in response.RemovedResources.Select(name => Asked(type, name)).OfType<XdsResource>())
        {
            gone.Remove();
            told.Add(gone);
        }

        foreach (Wire.ResourceError error in response.ResourceErrors)
        {
            if (Asked(type, error.ResourceName?.Name ?? "") is not { } withheld)
            {
                continue;
            }

            if (error.ErrorDetail?.Code == Unavailable)
            {
                withheld.PutOff();
                continue;
            }

            withheld.Withhold(error.ErrorDetail);
            told.Add(withheld);
        }

        if (refusals.Count > 0)
        {
            answer.ErrorDetail = new Wire.Status { Code = InvalidArgument, Message = $"{node.Id}: {string.Join(" ", refusals.Distinct())}" };
        }

        _answers.Enqueue(answer);
        return told;
    }

    private static bool IsPatch(XdsResourceType type, Wire.Resource sent) =>
        type == XdsResourceType.Endpoints && sent.Resource_?.TypeUrl == XdsTypes.EndpointsPatch;

    /// <summary>The difference between what is followed and what the server was told of.</summary>
    private Wire.DeltaDiscoveryRequest? Ask(XdsResourceType type, XdsResource[] wanted)
    {
        HashSet<string> asked = _asked[type];
        HashSet<string> names = wanted.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        string[] added = [.. names.Where(name => !asked.Contains(name))];
        string[] dropped = [.. asked.Where(name => !names.Contains(name))];
        if (added.Length + dropped.Length == 0)
        {
            return null;
        }

        Wire.DeltaDiscoveryRequest request = new() { TypeUrl = type.Url };
        request.ResourceNamesSubscribe.Add(added);
        request.ResourceNamesUnsubscribe.Add(dropped);
        if (_begun.Add(type))
        {
            // One version is kept back, so that every server says something on every stream: else one that has nothing new could not be told
            // from one that is stuck, and nobody would know which generation it has.
            foreach (XdsResource known in wanted.Where(resource => resource is { Version.Length: > 0, IsStale: false }).Skip(type == XdsResourceType.Listener ? 1 : 0))
            {
                request.InitialResourceVersions[known.Name] = known.Version;
            }
        }

        Array.ForEach(wanted, resource =>
        {
            if (asked.Add(resource.Name))
            {
                ResourceStore.Ask(resource);
            }
        });
        asked.ExceptWith(dropped);
        Array.ForEach(dropped, name => store.Drop(type, name));
        return request;
    }

    private XdsResource? Asked(XdsResourceType type, string name) => _asked[type].Contains(name) ? store.Find(type, name) : null;

    // A server that has said nothing at all is not one that says "there is no such thing".
    private void StartWaiting(long now)
    {
        foreach (XdsResource resource in store.Wanted.Where(resource =>
            resource is { AskedAt: null, IsPutOff: false } and ({ State: XdsResourceState.Requested, Trouble: null } or { IsStale: true }) && _asked[resource.Type].Contains(resource.Name)))
        {
            resource.AskedAt = now;
        }
    }
}
