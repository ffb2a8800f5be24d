using Mesh.Model.Xds;

namespace Mesh.ConfigServer.State;

/// <summary>A host as clients call it, with the port where they give one.</summary>
/// <param name="Host">In lower case.</param>
/// <param name="Port">Empty: none is given.</param>
internal readonly record struct Authority(string Host, string Port)
{
    // Hosts of DNS are no longer and hardly deeper; longer names are looked up no wildcards for.
    private const int MaxHost = 260;
    private const int MaxWildcards = 10;

    /// <summary>The host with its port, where it has one.</summary>
    public string Text => WithPort(Host);

    /// <summary>Whether it has labels that a wildcard can stand for.</summary>
    public bool MayMatchWildcards => Host.Length <= MaxHost && Host.IndexOf('.', StringComparison.Ordinal) > 0;

    public static Authority Parse(string text)
    {
        string authority = text.ToLowerInvariant();

        // An IPv6 address without brackets has no port.
        int colon = authority.LastIndexOf(':');
        string port = authority[(colon + 1)..];
        bool endsHost = colon > 0 && (authority[colon - 1] == ']' || authority.IndexOf(':', StringComparison.Ordinal) == colon);
        return endsHost && port.Length > 0 && port.All(char.IsAsciiDigit)
            ? new Authority(authority[..colon], port) : new Authority(authority, "");
    }

    /// <summary>The host without the namespace that a client gives its short names.</summary>
    public string ShortHost => Host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? Host[..dot] : Host;

    /// <summary>The full name that it has where it is a service's own name.</summary>
    public string ServiceName(string callersNamespace) => XdsNames.Of(Host, callersNamespace);

    /// <summary>
    /// The full name of the service that is meant, as clients resolve the names of their own settings: a host with its port first, then the
    /// service's own name and hosts without a port, short ones in the owner's namespace, then wildcards, the longest first. Null: none is.
    /// </summary>
    public string? FindIn(MeshState state, string callersNamespace)
    {
        string name = ServiceName(callersNamespace);
        return (Port.Length > 0 ? state.OwnerOf(Text) : null)
            ?? (state.Services.ContainsKey(name) ? name : null)
            ?? state.OwnerOf(Host)
            ?? HostOwners.OwnerOf(state, name)
            ?? FindWildcard(state);
    }

    private string? FindWildcard(MeshState state)
    {
        int dot = MayMatchWildcards ? Host.IndexOf('.', StringComparison.Ordinal) : -1;
        for (int i = 0; i < MaxWildcards && dot > 0; i++, dot = Host.IndexOf('.', dot + 1))
        {
            string wildcard = "*" + Host[dot..];
            if ((state.OwnerOf(WithPort(wildcard)) ?? state.OwnerOf(wildcard)) is { } service)
            {
                return service;
            }
        }

        return null;
    }

    private string WithPort(string host) => Port.Length > 0 ? $"{host}:{Port}" : host;
}
