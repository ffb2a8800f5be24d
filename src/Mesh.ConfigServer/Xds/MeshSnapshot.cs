using System.Collections.Immutable;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>A state of the mesh with its resources. Immutable but for what is encoded on demand.</summary>
internal sealed class MeshSnapshot
{
    private readonly Dictionary<string, ServiceResources> _services;

    private MeshSnapshot(MeshState state, MeshSnapshot? before, ControlPlane controlPlane, Dictionary<string, ServiceResources> services)
    {
        _services = services;
        State = state;
        ControlPlane = controlPlane;
        Changes = before is null ? [] : [.. ChangedServices(before), .. ChangedHosts(before)];
    }

    public MeshState State { get; }

    /// <summary>What responses say of this server.</summary>
    public ControlPlane ControlPlane { get; }

    /// <summary>
    /// What is not as it was in the snapshot before, if there was one: services that came, changed and went, and hosts that lead elsewhere.
    /// </summary>
    public ImmutableArray<LookupKey> Changes { get; }

    /// <summary>A snapshot of a state. What did not change is shared with the one before, which may be null.</summary>
    public static MeshSnapshot Of(
        MeshState state, MeshSnapshot? before, ControlPlane controlPlane, IResourceEncoder encoder, IWithheldResources withheld)
    {
        Dictionary<string, ServiceResources> services = new(state.Services.Count, StringComparer.Ordinal);
        foreach ((string name, MeshService service) in state.Services)
        {
            ServiceResources? known = before?._services.GetValueOrDefault(name);
            long born = state.Births.GetValueOrDefault(name);
            services.Add(
                name, known is not null && ReferenceEquals(known.Service, service) && known.Born == born
                    ? known : new(name, service, born, known, encoder, withheld));
        }

        return new MeshSnapshot(state, before, controlPlane, services);
    }

    public Lookup Find(ResourceName name, ClientNode client) =>
        name.ServiceIn(State) is { } service && _services.TryGetValue(service, out ServiceResources? resources)
            ? resources.Find(name, client) : Lookup.Nothing;

    private IEnumerable<LookupKey> ChangedServices(MeshSnapshot before)
    {
        IEnumerable<LookupKey> come = _services.Where(now => before._services.GetValueOrDefault(now.Key) != now.Value)
            .Select(now => now.Value.HasOtherEndpointsAlone ? LookupKey.Endpoints(now.Key) : LookupKey.Service(now.Key));
        IEnumerable<LookupKey> gone = before._services.Keys.Where(name => !_services.ContainsKey(name)).Select(LookupKey.Service);
        return come.Concat(gone);
    }

    private IEnumerable<LookupKey> ChangedHosts(MeshSnapshot before) => State.Hosts.Keys
        .Union(before.State.Hosts.Keys, StringComparer.Ordinal)
        .Where(host => Target(State, host) != Target(before.State, host))
        .Select(host => host.StartsWith('*') ? LookupKey.AnyWildcard : LookupKey.Host(host))
        .Distinct();

    // A service that went and came back is another one: listeners say which.
    private static (string? Service, long Born) Target(MeshState state, string host) =>
        state.Hosts.TryGetValue(host, out string? service) ? (service, state.Births.GetValueOrDefault(service)) : default;
}
