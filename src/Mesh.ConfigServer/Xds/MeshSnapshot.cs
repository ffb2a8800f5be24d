using System.Collections.Immutable;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>A state of the mesh with its resources. Immutable but for what is encoded on demand.</summary>
internal sealed class MeshSnapshot
{
    private readonly ImmutableDictionary<string, ServiceResources> _services;
    private readonly PolicyResources _policies;

    private MeshSnapshot(
        MeshState state, ControlPlane controlPlane, ImmutableDictionary<string, ServiceResources> services, PolicyResources policies,
        ImmutableArray<LookupKey> changes, bool isOtherwiseDecided) =>
        (State, ControlPlane, _services, _policies, Changes, IsOtherwiseDecided) = (state, controlPlane, services, policies, changes, isOtherwiseDecided);

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
        MeshState state, MeshTrust trust, MeshSnapshot? before, ControlPlane controlPlane, IResourceEncoder encoder, IWithheldResources withheld)
    {
        PolicyResources policies = before?._policies.Next(state, trust) ?? new PolicyResources(state, trust);
        ImmutableDictionary<string, ServiceResources>.Builder services =
            (before?._services ?? ImmutableDictionary.Create<string, ServiceResources>(StringComparer.Ordinal)).ToBuilder();
        List<LookupKey> changes = [];
        foreach (string name in before is null ? state.Services.Keys : MeshChanges.Services(before.State, state))
        {
            changes.Add(Update(services, name, state, encoder, withheld));
        }

        return new MeshSnapshot(
            state, controlPlane, services.ToImmutable(), policies,
            before is null ? [] : [.. changes, .. ChangedHosts(before.State, state), .. policies.ChangedSince(before._policies)],
            before is not null && before.State.IsRecovering != state.IsRecovering);
    }

    /// <param name="name">What is asked for.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="isKnown">Whether the client has had it from a server before.</param>
    public Lookup Find(ResourceName name, ClientNode client, bool isKnown = false) =>
        name.IsOfPolicies ? _policies.Find(name, client)
        : name.ServiceIn(State) is not { } service || !_services.TryGetValue(service, out ServiceResources? resources)
            ? State.IsRecovering && (isKnown || !State.IsNew) ? Lookup.Undecided : Lookup.Nothing
        : State.IsRecovering && isKnown && name.Type is ResourceType.Endpoints && MayLackEndpoints(service) ? Lookup.Undecided
        : resources.Find(name, client);

    /// <summary>Whether a name that has the key may be undecided while a server is recovering.</summary>
    public bool MayBeUndecided(LookupKey key) =>
        key.Kind is not (LookupKind.Policies or LookupKind.Trust)
        && (key.IsHost ? State.OwnerOf(key.Name) is null
        : (key.Kind is LookupKind.Endpoints && MayLackEndpoints(key.Name)) || !State.Services.ContainsKey(key.Name));

    /// <summary>Whether the name may.</summary>
    public bool MayBeUndecided(ResourceName name) =>
        !name.IsOfPolicies
        && (name.ServiceIn(State) is not { } service || !State.Services.ContainsKey(service)
            || (name.Type is ResourceType.Endpoints && MayLackEndpoints(service)));

    // Where nothing was known before, the first who come back are not all: clients that know more believe what they know. What a document
    // says is all.
    private bool MayLackEndpoints(string service) =>
        State is { IsNew: true, Written: { } written } && written.GetValueOrDefault(service) is not { Endpoints: { IsEmpty: false } };

    // What changes by it.
    private static LookupKey Update(
        ImmutableDictionary<string, ServiceResources>.Builder services, string name, MeshState state, IResourceEncoder encoder,
        IWithheldResources withheld)
    {
        if (!state.Services.TryGetValue(name, out MeshService? service))
        {
            services.Remove(name);
            return LookupKey.Service(name);
        }

        ServiceResources now = new(
            name, service, state.Births.GetValueOrDefault(name), services.GetValueOrDefault(name), encoder, withheld);
        services[name] = now;
        return now.HasOtherEndpointsAlone ? LookupKey.Endpoints(name) : LookupKey.Service(name);
    }

    private static IEnumerable<LookupKey> ChangedHosts(MeshState before, MeshState state) =>
        MeshChanges.Hosts(before, state).Select(host => host.StartsWith('*') ? LookupKey.AnyWildcard : LookupKey.Host(host)).Distinct();
}
