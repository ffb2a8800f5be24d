using System.Collections.Immutable;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>A resource as a client asks for it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Text">The name as asked, which is the name in the answer.</param>
/// <param name="Subset">Null: the whole service.</param>
/// <param name="Keys">Where the service is looked for: the first that is known is meant.</param>
internal sealed record ResourceName(ResourceType Type, string Text, string? Subset, ImmutableArray<LookupKey> Keys)
{
    // Hosts of DNS are no longer and hardly deeper; longer names are looked up no wildcards for.
    private const int MaxHost = 260;
    private const int MaxWildcards = 10;

    /// <param name="type">Its type.</param>
    /// <param name="text">As the client wrote it.</param>
    /// <param name="callersNamespace">Where the client's short names are looked up.</param>
    public static ResourceName Parse(ResourceType type, string text, string callersNamespace)
    {
        switch (type)
        {
            case ResourceType.Listener:
                return new ResourceName(type, text, null, KeysOf(text.ToLowerInvariant(), callersNamespace));
            case ResourceType.Routes:
                return new ResourceName(type, text, null, [LookupKey.Service(text)]);
            default:
                (string service, string? subset) = XdsNames.Parse(type is ResourceType.Endpoints ? XdsNames.ClusterOf(text) : text);
                return new ResourceName(type, text, subset, [LookupKey.Service(service)]);
        }
    }

    // As clients resolve the names of their own settings: a host with its port first, then the service's own name and hosts without a port,
    // then wildcards, the longest first.
    private static ImmutableArray<LookupKey> KeysOf(string authority, string callersNamespace)
    {
        (string host, string port) = Split(authority);
        ImmutableArray<LookupKey>.Builder keys = ImmutableArray.CreateBuilder<LookupKey>();
        AddHost(host, port, withoutPort: false);
        keys.Add(LookupKey.Service(XdsNames.Of(host, callersNamespace)));
        keys.Add(LookupKey.Host(host));
        int dot = host.Length > MaxHost ? -1 : host.IndexOf('.', StringComparison.Ordinal);
        for (int i = 0; i < MaxWildcards && dot > 0; i++, dot = host.IndexOf('.', dot + 1))
        {
            AddHost("*" + host[dot..], port, withoutPort: true);
        }

        return keys.ToImmutable();

        void AddHost(string name, string port, bool withoutPort)
        {
            if (port.Length > 0)
            {
                keys.Add(LookupKey.Host($"{name}:{port}"));
            }

            if (withoutPort)
            {
                keys.Add(LookupKey.Host(name));
            }
        }
    }

    // An IPv6 address without brackets has no port.
    private static (string Host, string Port) Split(string authority)
    {
        int colon = authority.LastIndexOf(':');
        string port = authority[(colon + 1)..];
        bool endsHost = colon > 0 && (authority[colon - 1] == ']' || authority.IndexOf(':', StringComparison.Ordinal) == colon);
        return endsHost && port.Length > 0 && port.All(char.IsAsciiDigit) ? (authority[..colon], port) : (authority, "");
    }
}
