namespace Mesh.ConfigServer.Xds;

/// <summary>What a stream has of one type.</summary>
internal sealed class TypeSubscription(ResourceType type)
{
    // Most of the time there are none, while a stream may have thousands of resources.
    private HashSet<SubscribedResource>? _open;
    private HashSet<SubscribedResource>? _pending;
    private Dictionary<string, int>? _subsets;

    public ResourceType Type => type;

    public Dictionary<string, SubscribedResource> Resources { get; } = new(StringComparer.Ordinal);

    /// <summary>All of which something is to be said, and some of which nothing is any more.</summary>
    public IReadOnlyCollection<SubscribedResource> Open => _open ?? (IReadOnlyCollection<SubscribedResource>)[];

    /// <summary>The client has asked for this type.</summary>
    public bool IsRequested { get; set; }

    /// <summary>The client has resources of this type from an earlier stream.</summary>
    public bool IsResumed { get; set; }

    /// <summary>The client has asked for all there is.</summary>
    public bool IsForAll { get; set; }

    /// <summary>A request waits for its answer.</summary>
    public bool IsOwed { get; set; }

    /// <summary>The nonce of the newest response, kept as long as the stream; 0: none was sent.</summary>
    public long Nonce { get; private set; }

    /// <summary>The newest response was neither taken nor refused yet.</summary>
    public bool IsPending { get; private set; }

    /// <summary>There is something to tell.</summary>
    public bool HasNews => IsOwed || Open.Any(resource => resource.IsNews);

    /// <summary>The client waits for the resource.</summary>
    public void Owe(SubscribedResource resource)
    {
        (resource.IsOwed, IsOwed) = (true, true);
        MarkOpen(resource);
    }

    /// <summary>Something may have to be said of it.</summary>
    public void MarkOpen(SubscribedResource resource) => (_open ??= []).Add(resource);

    /// <summary>Forgets of which nothing is to be said any more.</summary>
    public void DropSaid() => Drop(ref _open, resource => !resource.IsOpen);

    /// <summary>How many subsets of a service there are.</summary>
    public int SubsetsOf(string service) => _subsets?.GetValueOrDefault(service) ?? 0;

    public void Add(SubscribedResource resource)
    {
        Resources.Add(resource.Name.Text, resource);
        CountSubset(resource, 1);
    }

    /// <summary>Null: there was none.</summary>
    public SubscribedResource? Remove(string name)
    {
        if (Resources.Remove(name, out SubscribedResource? resource))
        {
            _open?.Remove(resource);
            _pending?.Remove(resource);
            CountSubset(resource, -1);
        }

        return resource;
    }

    public void MarkSent(long nonce, IEnumerable<(SubscribedResource Subscribed, XdsResource Resource)> resources, DateTimeOffset now)
    {
        (Nonce, IsPending) = (nonce, true);
        foreach ((SubscribedResource subscribed, XdsResource resource) in resources)
        {
            subscribed.MarkSent(resource, nonce, now);
            if (subscribed.IsPendingIn(nonce))
            {
                (_pending ??= []).Add(subscribed);
            }
        }
    }

    /// <summary>Takes the client's answer to a response. Of a refused one clients take what is valid.</summary>
    /// <returns>Whether it was the first answer to one.</returns>
    public bool Settle(long nonce, Refusal? refusal, DateTimeOffset now)
    {
        List<SubscribedResource> isNew = [.. (_pending ?? []).Where(resource => resource.IsPendingIn(nonce))];
        bool isFirst = isNew.Count > 0 || (IsPending && nonce == Nonce);
        IsPending = IsPending && nonce != Nonce;
        foreach ((SubscribedResource blamed, string reason) in refusal?.Blame(isNew) ?? [])
        {
            blamed.Refuse(reason);
            MarkOpen(blamed);
        }

        // Those that were refused just now are not pending any more.
        foreach (SubscribedResource resource in isNew.Where(resource => resource.IsPendingIn(nonce)))
        {
            resource.Acknowledge(now);
        }

        Drop(ref _pending, resource => !resource.IsPending);
        return isFirst;
    }

    private void CountSubset(SubscribedResource resource, int more)
    {
        if (resource.Name is not { Subset: not null, Service: string service })
        {
            return;
        }

        _subsets ??= new Dictionary<string, int>(StringComparer.Ordinal);
        if ((_subsets[service] = SubsetsOf(service) + more) == 0)
        {
            _subsets.Remove(service);
        }
    }

    // A set that was large once is as slow to walk as if it were still.
    private static void Drop(ref HashSet<SubscribedResource>? resources, Predicate<SubscribedResource> isDone)
    {
        if (resources?.RemoveWhere(isDone) > 0)
        {
            resources.TrimExcess();
        }

        resources = resources is { Count: 0 } ? null : resources;
    }
}
