using Mesh.ConfigServer.State;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>A resource as a client asks for it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Text">The name as asked, which is the name in the answer.</param>
/// <param name="Subset">Null: the whole service.</param>
/// <param name="Service">The full name of the service, or, of a listener, what that is where it bears a service's own name.</param>
/// <param name="Authority">What else a listener may be found by.</param>
/// <param name="CallersNamespace">Where the client's short names are looked up.</param>
internal sealed record ResourceName(
    ResourceType Type, string Text, string? Subset, string Service, Authority? Authority, string CallersNamespace)
{
    /// <summary>It is not about a service that is called.</summary>
    public bool IsOfPolicies => Type is ResourceType.InboundPolicy or ResourceType.TrustBundle || IsServerListener;

    /// <summary>How a gRPC server is to treat its callers. Which service that is of is up to who asks.</summary>
    public bool IsServerListener => Type is ResourceType.Listener && Text.StartsWith(ServerListenerCodec.NamePrefix, StringComparison.Ordinal);

    /// <summary>What it changes with. They are few, for a client has many names and may choose them badly.</summary>
    public IEnumerable<LookupKey> Keys
    {
        get
        {
            if (IsServerListener)
            {
                yield return LookupKey.Policies(CallersNamespace);
                yield return LookupKey.Policies(PolicyScope.WholeMesh);
                yield break;
            }

            yield return Type switch
            {
                ResourceType.Endpoints => LookupKey.Endpoints(Service),
                ResourceType.InboundPolicy => LookupKey.Policies(XdsNames.NamespaceOf(Service)),
                ResourceType.TrustBundle => LookupKey.Trust,
                _ => LookupKey.Service(Service),
            };
            if (Type is ResourceType.InboundPolicy)
            {
                yield return LookupKey.Policies(PolicyScope.WholeMesh);
            }

            if (Authority is not { } authority)
            {
                yield break;
            }

            yield return LookupKey.Host(authority.Host);
            if (authority.ShortHost is { Length: > 0 } shorter && shorter.Length < authority.Host.Length)
            {
                yield return LookupKey.Host(shorter);
            }

            if (authority.Port.Length > 0)
            {
                yield return LookupKey.Host(authority.Text);
            }

            if (authority.MayMatchWildcards)
            {
                yield return LookupKey.AnyWildcard;
            }
        }
    }

    /// <param name="type">Its type.</param>
    /// <param name="text">As the client wrote it.</param>
    /// <param name="callersNamespace">Where the client's short names are looked up.</param>
    public static ResourceName Parse(ResourceType type, string text, string callersNamespace)
    {
        switch (type)
        {
            case ResourceType.Listener when text.StartsWith(ServerListenerCodec.NamePrefix, StringComparison.Ordinal):
                return new ResourceName(type, text, null, "", null, callersNamespace);
            case ResourceType.Listener:
                Authority authority = State.Authority.Parse(text);
                return new ResourceName(type, text, null, authority.ServiceName(callersNamespace), authority, callersNamespace);
            case ResourceType.Routes or ResourceType.InboundPolicy or ResourceType.TrustBundle:
                return new ResourceName(type, text, null, text, null, callersNamespace);
            default:
                (string service, string? subset) = XdsNames.Parse(type is ResourceType.Endpoints ? XdsNames.ClusterOf(text) : text);
                return new ResourceName(type, text, subset, service, null, callersNamespace);
        }
    }

    /// <summary>The full name of the service that is meant; null: there is none by a host.</summary>
    public string? ServiceIn(MeshState state) => Authority is { } authority ? authority.FindIn(state, CallersNamespace) : Service;
}
