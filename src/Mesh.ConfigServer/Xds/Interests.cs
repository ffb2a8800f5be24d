using System.Runtime.InteropServices;

namespace Mesh.ConfigServer.Xds;

/// <summary>
/// The state in force, and which streams want what of it: a change costs what those resources cost that it concerns, however many more a
/// stream has.
/// </summary>
/// <typeparam name="TStream">Whoever wants resources.</typeparam>
internal sealed class Interests<TStream>
    where TStream : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LookupKey, HashSet<Interest>> _byKey = [];
    private readonly Dictionary<TStream, HashSet<SubscribedResource>> _unseen = [];

    // Many streams have the same names: each is kept once, as long as one has it.
    private readonly Dictionary<ResourceName, (ResourceName Name, int Streams)> _names = [];
    private volatile MeshSnapshot? _snapshot;

    /// <summary>The state in force; null: none was published yet.</summary>
    public MeshSnapshot? Snapshot => _snapshot;

    /// <summary>The stream wants the resource, and has not seen it.</summary>
    public void Add(TStream stream, SubscribedResource resource)
    {
        lock (_gate)
        {
            resource.Name = Share(resource.Name);
            foreach (LookupKey key in resource.Name.Keys)
            {
                if (!_byKey.TryGetValue(key, out HashSet<Interest>? interests))
                {
                    _byKey.Add(key, interests = []);
                }

                interests.Add(new Interest(stream, resource));
            }

            SetUnseen(stream, resource);
        }
    }

    public void Remove(TStream stream, SubscribedResource resource)
    {
        lock (_gate)
        {
            Unshare(resource.Name);
            foreach (LookupKey key in resource.Name.Keys)
            {
                if (_byKey.TryGetValue(key, out HashSet<Interest>? interests)
                    && interests.Remove(new Interest(stream, resource)) && interests.Count == 0)
                {
                    _byKey.Remove(key);
                }
            }

            if (_unseen.TryGetValue(stream, out HashSet<SubscribedResource>? unseen) && unseen.Remove(resource) && unseen.Count == 0)
            {
                _unseen.Remove(stream);
            }
        }
    }

    /// <summary>Puts a state in force.</summary>
    /// <returns>The streams that it concerns.</returns>
    public IReadOnlyCollection<TStream> Publish(MeshSnapshot snapshot)
    {
        HashSet<TStream> concerned = [];
        lock (_gate)
        {
            _snapshot = snapshot;
            IEnumerable<Interest> affected = snapshot.Changes.SelectMany(Concerned)
                .SelectMany(key => _byKey.GetValueOrDefault(key) ?? []);
            IEnumerable<Interest> undecided = !snapshot.IsOtherwiseDecided ? []
                : _byKey.Where(interests => snapshot.MayBeUndecided(interests.Key)).SelectMany(interests => interests.Value)
                    .Where(interest => snapshot.MayBeUndecided(interest.Resource.Name));
            foreach (Interest interest in affected.Concat(undecided))
            {
                SetUnseen(interest.Stream, interest.Resource);
                concerned.Add(interest.Stream);
            }
        }

        return concerned;
    }

    /// <summary>
    /// The state in force, and the resources that may be others in it than when the stream looked last. In one step, so that the stream
    /// sees one state and not parts of two.
    /// </summary>
    public (MeshSnapshot Snapshot, IReadOnlyCollection<SubscribedResource> Unseen) Look(TStream stream)
    {
        lock (_gate)
        {
            return (_snapshot!, _unseen.Remove(stream, out HashSet<SubscribedResource>? unseen) ? unseen : []);
        }
    }

    /// <summary>Those who want the endpoints of a service, or of a part of it.</summary>
    public IReadOnlyList<(TStream Stream, SubscribedResource Resource)> OfEndpoints(string service)
    {
        lock (_gate)
        {
            return [.. (_byKey.GetValueOrDefault(LookupKey.Endpoints(service)) ?? [])
                .Select(interest => (interest.Stream, interest.Resource))];
        }
    }

    /// <summary>Whether the stream has not looked yet at what the resource is in the state in force.</summary>
    public bool IsUnseen(TStream stream, SubscribedResource resource)
    {
        lock (_gate)
        {
            return _unseen.TryGetValue(stream, out HashSet<SubscribedResource>? unseen) && unseen.Contains(resource);
        }
    }

    private static LookupKey[] Concerned(LookupKey changed) =>
        changed.Kind is LookupKind.Service ? [changed, LookupKey.Endpoints(changed.Name)] : [changed];

    private ResourceName Share(ResourceName name)
    {
        ref (ResourceName? Name, int Streams) shared = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, name, out _)!;
        shared = (shared.Name ?? name, shared.Streams + 1);
        return shared.Name;
    }

    private void Unshare(ResourceName name)
    {
        ref (ResourceName Name, int Streams) shared = ref CollectionsMarshal.GetValueRefOrNullRef(_names, name);
        if (--shared.Streams == 0)
        {
            _names.Remove(name);
        }
    }

    // Once for each resource, however many states pass while a stream is busy.
    private void SetUnseen(TStream stream, SubscribedResource resource)
    {
        if (!_unseen.TryGetValue(stream, out HashSet<SubscribedResource>? unseen))
        {
            _unseen.Add(stream, unseen = []);
        }

        unseen.Add(resource);
    }

    private readonly record struct Interest(TStream Stream, SubscribedResource Resource);
}
