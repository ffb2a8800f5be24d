using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// The resources of the mesh that this process asks for, each with its last good content, whatever becomes of the stream that it came by.
/// Without a lock and without a clock of its own.
/// </summary>
/// <param name="check">What else is wrong with a resource that can be read; null: nothing.</param>
internal sealed class ResourceStore(Func<object, XdsFault?> check)
{
    /// <summary>As long as a server may take to say whether a resource exists (gRFC A57), before it counts as one that is stuck.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    /// <summary>The same where it is no proof (gRFC A88).</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(30);

    /// <summary>What is kept for those that may be called once more: all that as many services have as may be followed.</summary>
    public const int MaxKept = 4 * XdsClient.MaxServices;

    private readonly Dictionary<(XdsResourceType Type, string Name), XdsResource> _resources = [];

    // In the order in which they were let go.
    private readonly LinkedList<XdsResource> _kept = [];

    // Those that are gone and were let go since.
    private readonly HashSet<(XdsResourceType Type, string Name)> _gone = [];

    /// <summary>The resources that somebody follows.</summary>
    public IEnumerable<XdsResource> Wanted => _resources.Values.Where(resource => resource is { Followers.Count: > 0, IsSupported: true });

    public IEnumerable<XdsResource> All => _resources.Values;

    /// <summary>Those that were there once, and of which a server has said since that there are none.</summary>
    public IEnumerable<(XdsResourceType Type, string Name)> Gone => _gone.Concat(
        _resources.Values.Where(resource => resource is { State: XdsResourceState.DoesNotExist, WasThere: true }).Select(resource => (resource.Type, resource.Name)));

    /// <summary>Grows when other resources are followed than before.</summary>
    public int Revision { get; private set; }

    /// <summary>Reads what was sent, and changes nothing: no lock is needed for it. Whatever is wrong is a fault, and no exception.</summary>
    public ParsedResource Read(XdsResourceType type, string name, Any content)
    {
        try
        {
            ParsedResource parsed = type.Parse(name, content);
            return parsed.Value is not null && check(parsed.Value) is { } fault
                ? ParsedResource.Bad(fault) with { WaitsForFiles = true }
                : parsed;
        }
        catch (Exception failure)
        {
            // One resource that nobody had thought of must not cost all others their stream.
            return ParsedResource.Bad(new XdsFault("", $"It cannot be read: {failure.Message}"));
        }
    }

    public XdsResource? Find(XdsResourceType type, string name) => _resources.GetValueOrDefault((type, name));

    /// <summary>Follows a resource: it is asked for until all have let go of it.</summary>
    public XdsResource Follow(XdsResourceType type, string name, ResourceAssembly follower)
    {
        XdsResource resource = GetOrAdd(type, name);
        resource.Followers.Add(follower);
        if (resource.Kept is not null)
        {
            _kept.Remove(resource.Kept);
            resource.Kept = null;
        }

        Revision++;
        return resource;
    }

    /// <summary>
    /// Whoever asks for it goes on until it has said so: what comes meanwhile counts. Then what there is of it is kept, in memory and by the
    /// cache: what was the mesh's once stays so. Only the oldest go when there are too many.
    /// </summary>
    public void LetGo(XdsResource resource, ResourceAssembly follower)
    {
        if (resource.Followers.Remove(follower) && resource.Followers.Count == 0)
        {
            Revision++;
            Release(resource);
        }
    }

    /// <summary>A stream asks for it.</summary>
    public static void Ask(XdsResource resource) => resource.Streams++;

    /// <summary>A stream asks for it no more, or is over.</summary>
    public void Drop(XdsResourceType type, string name)
    {
        if (Find(type, name) is { } resource)
        {
            resource.Streams--;
            Release(resource);
        }
    }

    /// <summary>Nobody has to know what is gone and not followed.</summary>
    public void ForgetGone() => _gone.Clear();

    /// <summary>Whoever had to know of these does.</summary>
    public void ForgetGone(IEnumerable<(string Type, string Name)> told) => _gone.ExceptWith(told.Select(gone => (XdsResourceType.Find(gone.Type)!, gone.Name)));

    /// <summary>What nobody follows is another mesh's.</summary>
    public void ForgetKept()
    {
        foreach (XdsResource resource in _kept)
        {
            _resources.Remove((resource.Type, resource.Name));
        }

        _kept.Clear();
        _gone.Clear();
    }

    /// <summary>
    /// Takes what a cache had kept, for whoever follows it later. What cannot be read any more is left out; what lacks its files stays refused.
    /// </summary>
    public void Restore(XdsResourceType type, string name, SentResource kept)
    {
        XdsResource resource = GetOrAdd(type, name);
        if (resource.State == XdsResourceState.Requested)
        {
            if (resource.Take(kept) is not null && resource.Waiting is null)
            {
                resource.Forget();
            }

            resource.IsStale = resource.State == XdsResourceState.Exists;
            resource.IsFromCache = resource.IsStale || resource.Waiting is not null;
        }

        Release(resource);
    }

    /// <summary>One that was asked for long ago, without an answer: whoever decides which services there are has not said that it is none.</summary>
    /// <param name="now">The clock's ticks.</param>
    /// <param name="patience">In ticks of the clock.</param>
    public XdsResource? Overdue(long now, long patience) =>
        Wanted.FirstOrDefault(resource => resource.AskedAt is { } asked && now - asked >= patience);

    /// <summary>
    /// Those that were asked for long ago, of a server that tells of absence by silence alone, do not exist (gRFC A57). But what was there once
    /// a server may think to be known.
    /// </summary>
    /// <param name="now">The clock's ticks.</param>
    /// <param name="patience">In ticks of the clock.</param>
    /// <param name="isTransient">It is the server's trouble: they may exist.</param>
    /// <returns>Those that were given up.</returns>
    public IReadOnlyList<XdsResource> Expire(long now, long patience, bool isTransient = false)
    {
        XdsResource[] expired = [.. Wanted.Where(resource => resource.AskedAt is { } asked && now - asked >= patience)];
        foreach (XdsResource resource in expired)
        {
            if (isTransient || resource.Value is not null)
            {
                resource.GiveUp();
            }
            else
            {
                resource.Remove();
            }
        }

        return expired;
    }

    /// <summary>The stream is over, and with it the time that an answer may take.</summary>
    public void ForgetQuestions()
    {
        foreach (XdsResource resource in _resources.Values)
        {
            resource.ForgetQuestion();
        }
    }

    private void Release(XdsResource resource)
    {
        if (resource.Followers.Count > 0 || resource.Streams > 0 || resource.Kept is not null)
        {
            return;
        }

        if (resource.State == XdsResourceState.Exists || resource.Waiting is not null)
        {
            resource.IsStale = true;
            resource.Kept = _kept.AddLast(resource);
            if (_kept.Count > MaxKept)
            {
                XdsResource oldest = _kept.First!.Value;
                _kept.RemoveFirst();
                _resources.Remove((oldest.Type, oldest.Name));
            }

            return;
        }

        _resources.Remove((resource.Type, resource.Name));
        if (resource is { State: XdsResourceState.DoesNotExist, WasThere: true } && _gone.Count < MaxKept)
        {
            _gone.Add((resource.Type, resource.Name));
        }
    }

    private XdsResource GetOrAdd(XdsResourceType type, string name)
    {
        if (!_resources.TryGetValue((type, name), out XdsResource? resource))
        {
            _resources[(type, name)] = resource = new XdsResource(type, name);
            _gone.Remove((type, name));
        }

        return resource;
    }
}
