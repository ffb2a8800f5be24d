using System.Collections.Immutable;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>A state of the mesh with its resources. Immutable but for what is encoded on demand.</summary>
internal sealed class MeshSnapshot
{
    private readonly ImmutableDictionary<string, ServiceResources> _services;

    private MeshSnapshot(
        MeshState state, ControlPlane controlPlane, ImmutableDictionary<string, ServiceResources> services,
        ImmutableArray<LookupKey> changes, bool isOtherwiseDecided) =>
        (State, ControlPlane, _services, Changes, IsOtherwiseDecided) = (state, controlPlane, services, changes, isOtherwiseDecided);

    public MeshState State { get; }

    /// <summary>What responses say of this server.</summary>
    public ControlPlane ControlPlane { get; }

    /// <summary>
    /// What is not as it was in the snapshot before, if there was one: services that came, changed and went, and hosts that lead elsewhere.
    /// </summary>
    public ImmutableArray<LookupKey> Changes { get; }

    /// <summary>True: what was undecided in the snapshot before is not in this one, or the other way round.</summary>
    public bool IsOtherwiseDecided { get; }

    /// <summary>A snapshot of a state. What did not change is shared with the one before, which may be null.</summary>
    public static MeshSnapshot Of(
        MeshState state, MeshSnapshot? before, ControlPlane controlPlane, IResourceEncoder encoder, IWithheldResources withheld)
    {
        bool isNextStep = state.Step > 0 && state.Step == before?.State.Step + 1 + state.Skipped;
        IEnumerable<string> suspects = isNextStep && state.ChangedServices is { } changed
            ? changed : state.Services.Keys.Concat(before?._services.Keys.Where(name => !state.Services.ContainsKey(name)) ?? []);
        ImmutableDictionary<string, ServiceResources>.Builder services =
            (before?._services ?? ImmutableDictionary.Create<string, ServiceResources>(StringComparer.Ordinal)).ToBuilder();
        List<LookupKey> changes = [];
        foreach (string name in suspects)
        {
            if (Update(services, name, state, encoder, withheld) is { } change)
            {
                changes.Add(change);
            }
        }

        return new MeshSnapshot(
            state, controlPlane, services.ToImmutable(), before is null ? [] : [.. changes, .. ChangedHosts(before.State, state)],
            before is not null && before.State.IsRecovering != state.IsRecovering);
    }

    /// <param name="name">What is asked for.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="isKnown">Whether the client has had it from a server before.</param>
    public Lookup Find(ResourceName name, ClientNode client, bool isKnown = false) =>
        name.ServiceIn(State) is not { } service || !_services.TryGetValue(service, out ServiceResources? resources)
            ? State.IsRecovering && (isKnown || !State.IsNew) ? Lookup.Undecided : Lookup.Nothing
        : State.IsRecovering && isKnown && HasSomeAlone(name) ? Lookup.Undecided
        : resources.Find(name, client);

    /// <summary>Whether a name that has the key may be undecided while a server is recovering.</summary>
    public bool MayBeUndecided(LookupKey key) =>
        key.IsHost ? !State.Hosts.ContainsKey(key.Name)
        : (State.IsNew && key.Kind is LookupKind.Endpoints) || !State.Services.ContainsKey(key.Name);

    /// <summary>Whether the name may.</summary>
    public bool MayBeUndecided(ResourceName name) =>
        HasSomeAlone(name) || name.ServiceIn(State) is not { } service || !State.Services.ContainsKey(service);

    // Where nothing was known before, the first who come back are not all: clients that know more believe what they know.
    private bool HasSomeAlone(ResourceName name) => State.IsNew && name.Type is ResourceType.Endpoints;

    // What changed by it; null: it is as before.
    private static LookupKey? Update(
        ImmutableDictionary<string, ServiceResources>.Builder services, string name, MeshState state, IResourceEncoder encoder,
        IWithheldResources withheld)
    {
        ServiceResources? known = services.GetValueOrDefault(name);
        if (!state.Services.TryGetValue(name, out MeshService? service))
        {
            return services.Remove(name) ? LookupKey.Service(name) : null;
        }

        long born = state.Births.GetValueOrDefault(name);
        if (known is not null && ReferenceEquals(known.Service, service) && known.Born == born)
        {
            return null;
        }

        ServiceResources now = new(name, service, born, known, encoder, withheld);
        services[name] = now;
        return now.HasOtherEndpointsAlone ? LookupKey.Endpoints(name) : LookupKey.Service(name);
    }

    private static IEnumerable<LookupKey> ChangedHosts(MeshState before, MeshState state) =>
        ReferenceEquals(before.Hosts, state.Hosts) && ReferenceEquals(before.Births, state.Births) ? [] : state.Hosts.Keys
            .Union(before.Hosts.Keys, StringComparer.Ordinal)
            .Where(host => Target(state, host) != Target(before, host))
            .Select(host => host.StartsWith('*') ? LookupKey.AnyWildcard : LookupKey.Host(host))
            .Distinct();

    // A service that went and came back is another one: listeners say which.
    private static (string? Service, long Born) Target(MeshState state, string host) =>
        state.Hosts.TryGetValue(host, out string? service) ? (service, state.Births.GetValueOrDefault(service)) : default;
}
