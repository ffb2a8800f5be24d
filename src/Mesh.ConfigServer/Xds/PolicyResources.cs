using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
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
            .. Trust.Revoked.SequenceEqual(before.Trust.Revoked) ? [] : (LookupKey[])[LookupKey.Policies(Model.PolicyScope.WholeMesh)],
            .. ReferenceEquals(Trust.Bundle, before.Trust.Bundle) ? [] : (LookupKey[])[LookupKey.Trust],
        ];

    public Lookup Find(ResourceName name)
    {
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
