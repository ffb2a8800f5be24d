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
    /// <summary>As long as a server may take to say that a resource exists, before it counts as one that does not (gRFC A57).</summary>
    public static readonly TimeSpan DoesNotExistAfter = TimeSpan.FromSeconds(15);

    /// <summary>The same where it is no proof (gRFC A88).</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(XdsResourceType Type, string Name), XdsResource> _resources = [];

    /// <summary>The resources that somebody follows.</summary>
    public IEnumerable<XdsResource> Wanted => _resources.Values.Where(resource => resource is { Followers.Count: > 0, IsSupported: true });

    public IEnumerable<XdsResource> All => _resources.Values;

    /// <summary>Grows when other resources are followed than before.</summary>
    public int Revision { get; private set; }

    public XdsResource? Find(XdsResourceType type, string name) => _resources.GetValueOrDefault((type, name));

    /// <summary>Follows a resource: it is asked for until all have let go of it.</summary>
    public XdsResource Follow(XdsResourceType type, string name, ResourceAssembly follower)
    {
        XdsResource resource = GetOrAdd(type, name);
        resource.Followers.Add(follower);
        Revision++;
        return resource;
    }

    /// <summary>What there is of it is kept, in memory and by the cache: what was the mesh's once stays so.</summary>
    public void LetGo(XdsResource resource, ResourceAssembly follower)
    {
        if (!resource.Followers.Remove(follower) || resource.Followers.Count > 0)
        {
            return;
        }

        Revision++;
        if (resource.State != XdsResourceState.Exists)
        {
            _resources.Remove((resource.Type, resource.Name));
        }
    }

    /// <summary>Takes what a cache had kept, for whoever follows it later. What cannot be read any more is left out.</summary>
    public void Restore(XdsResourceType type, string name, string version, Any content)
    {
        XdsResource resource = GetOrAdd(type, name);
        if (resource.State != XdsResourceState.Requested || resource.Take(version, content) is null)
        {
            return;
        }

        resource.Forget();
        if (resource.Followers.Count == 0)
        {
            _resources.Remove((type, name));
        }
    }

    /// <summary>Those that were asked for long ago, without an answer, do not exist.</summary>
    /// <param name="now">The clock's ticks.</param>
    /// <param name="patience">In ticks of the clock.</param>
    /// <param name="isTransient">It is the server's trouble: they may exist.</param>
    /// <returns>Those that were given up.</returns>
    public IReadOnlyList<XdsResource> Expire(long now, long patience, bool isTransient = false)
    {
        XdsResource[] expired = [.. Wanted.Where(resource => resource.AskedAt is { } asked && now - asked >= patience)];
        foreach (XdsResource resource in expired)
        {
            if (isTransient)
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
            resource.AskedAt = null;
        }
    }

    private XdsResource GetOrAdd(XdsResourceType type, string name)
    {
        if (!_resources.TryGetValue((type, name), out XdsResource? resource))
        {
            _resources[(type, name)] = resource = new XdsResource(type, name, check);
        }

        return resource;
    }
}
