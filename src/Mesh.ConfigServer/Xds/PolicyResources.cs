using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Authorization;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>What processes of our own are told of whom they may believe and take calls from, each encoded once, when it is first asked for.</summary>
internal sealed class PolicyResources
{
    // Clients ask for their own, and there may be as many services.
    private const int MaxKept = 20_000;

    private readonly MeshPolicies _policies;
    private readonly ImmutableSortedDictionary<DocumentKey, MeshDocument> _documents;
    private readonly Lazy<XdsResource>? _bundle;
    private readonly ConcurrentDictionary<string, Lazy<XdsResource>> _made = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, string Caller), Lazy<Lookup>> _listeners = new();

    public PolicyResources(MeshState state, MeshTrust trust)
    {
        (_policies, _documents, Trust) = (state.Policies, state.Documents, trust);
        _bundle = trust.Bundle is not { } bundle ? null
            : new Lazy<XdsResource>(() => new XdsResource(
                TrustBundleCodec.Name, "", ResourceType.TrustBundle, new EncodedResource(WireWriter.Bytes(TrustBundleCodec.Encode(bundle)), [])));
    }

    public MeshTrust Trust { get; }

    /// <summary>These, if nothing of them has changed.</summary>
    public PolicyResources Next(MeshState state, MeshTrust trust) =>
        ReferenceEquals(state.Policies, _policies) && ReferenceEquals(trust, Trust) ? this : new PolicyResources(state, trust);

    /// <summary>What has changed since others.</summary>
    public IEnumerable<LookupKey> ChangedSince(PolicyResources before) =>
        ReferenceEquals(this, before) ? [] :
        [
            .. _policies.ChangedSince(before._policies).Select(LookupKey.Policies),
            .. Trust.Revoked.SequenceEqual(before.Trust.Revoked) ? [] : (LookupKey[])[LookupKey.Policies(PolicyScope.WholeMesh)],
            .. ReferenceEquals(Trust.Bundle, before.Trust.Bundle) ? [] : (LookupKey[])[LookupKey.Trust],
        ];

    public Lookup Find(ResourceName name, ClientNode client)
    {
        if (name.IsServerListener)
        {
            return FindListener(name.Text, client);
        }

        if (name.Type is ResourceType.TrustBundle)
        {
            return name.Text == TrustBundleCodec.Name && _bundle is { } bundle ? new Lookup(bundle.Value, null) : Lookup.Nothing;
        }

        if (_made.Count >= MaxKept)
        {
            _made.Clear();
        }

        return new Lookup(_made.GetOrAdd(name.Text, static (text, all) => new Lazy<XdsResource>(() => all.Make(text)), this).Value, null);
    }

    // One that does not say which service it is of is told of no listener, and serves nobody.
    private Lookup FindListener(string name, ClientNode client)
    {
        if (client is not { Profile: ClientProfile.Grpc, Caller: { } caller })
        {
            return Lookup.Nothing;
        }

        if (_listeners.Count >= MaxKept)
        {
            _listeners.Clear();
        }

        return _listeners.GetOrAdd((name, client.CallerKey), _ => new Lazy<Lookup>(() => MakeListener(name, caller))).Value;
    }

    private Lookup MakeListener(string name, ServiceIdentity caller)
    {
        // A service may be named with its namespace.
        (string service, string space) = caller.Name.Split('.', 2) is [var own, var its] ? (own, its) : (caller.Name, caller.Namespace);
        AuthorizationTable table = new(_policies.Authorization.Values, service, space, caller.Labels, _policies.Default);
        return ServerListenerCodec.Encode(
            name, table.Policies, table.Standard, port => InboundTlsRules.Of(_policies.PeerAuthentication.Values, service, space, caller.Labels, port, settings: null)) is { } listener
                ? new Lookup(new XdsResource(name, $"{service}.{space}", ResourceType.Listener, new EncodedResource(WireWriter.Bytes(listener.Message), listener.Gaps)), null)
                : Lookup.Nothing;
    }

    private XdsResource Make(string fullName)
    {
        DocumentKey service = DocumentKey.OfService(fullName);
        return new XdsResource(
            fullName, fullName, ResourceType.InboundPolicy,
            new EncodedResource(
                WireWriter.Bytes(InboundPolicyCodec.Encode(
                    fullName, _policies.For(service.Name, service.Namespace).Select(key => _documents[key].Json), _policies.Default, Trust.Revoked)),
                []));
    }
}
