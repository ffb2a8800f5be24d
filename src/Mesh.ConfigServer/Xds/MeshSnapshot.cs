using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>A state of the mesh with its resources. Immutable but for what is encoded on demand.</summary>
internal sealed class MeshSnapshot
{
    private readonly Dictionary<string, ServiceResources> _services = new(StringComparer.Ordinal);

    private MeshSnapshot(MeshState state, ControlPlane controlPlane, long number)
    {
        State = state;
        ControlPlane = controlPlane;
        Number = number;
    }

    public MeshState State { get; }

    /// <summary>What responses say of this server.</summary>
    public ControlPlane ControlPlane { get; }

    /// <summary>Grows with every snapshot, from 1.</summary>
    public long Number { get; }

    /// <summary>A snapshot of a state. What did not change is shared with the one before, which may be null.</summary>
    public static MeshSnapshot Of(
        MeshState state, MeshSnapshot? before, ControlPlane controlPlane, IResourceEncoder encoder, IWithheldResources withheld)
    {
        MeshSnapshot snapshot = new(state, controlPlane, (before?.Number ?? 0) + 1);
        foreach ((string name, MeshService service) in state.Services)
        {
            ServiceResources? known = before?._services.GetValueOrDefault(name);
            long born = state.Births.GetValueOrDefault(name);
            snapshot._services.Add(
                name, known is not null && ReferenceEquals(known.Service, service) && known.Born == born
                    ? known : new(name, service, born, known, encoder, withheld));
        }

        return snapshot;
    }

    public Finding Find(ResourceName name, ClientNode client) =>
        name.ServiceIn(State) is { } service && _services.TryGetValue(service, out ServiceResources? resources)
            ? resources.Find(name, client) : Finding.Nothing;

    /// <summary>What is not as it was: services that came, changed and went, and hosts that lead elsewhere.</summary>
    public IEnumerable<LookupKey> ChangesSince(MeshSnapshot before)
    {
        foreach ((string name, ServiceResources resources) in _services)
        {
            if (!ReferenceEquals(before._services.GetValueOrDefault(name), resources))
            {
                yield return LookupKey.Service(name);
            }
        }

        foreach (string name in before._services.Keys.Where(name => !_services.ContainsKey(name)))
        {
            yield return LookupKey.Service(name);
        }

        if (ReferenceEquals(State.Hosts, before.State.Hosts))
        {
            yield break;
        }

        foreach (string host in State.Hosts.Keys.Union(before.State.Hosts.Keys, StringComparer.Ordinal))
        {
            if (State.Hosts.GetValueOrDefault(host) != before.State.Hosts.GetValueOrDefault(host))
            {
                yield return host.StartsWith('*') ? LookupKey.AnyWildcard : LookupKey.Host(host);
            }
        }
    }
}
