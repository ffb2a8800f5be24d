namespace Mesh.ConfigServer.Xds;

/// <summary>What a resource's name is looked up by, and so what it changes with.</summary>
/// <param name="Kind">What it is the name of.</param>
/// <param name="Name">In lower case, where it is a host.</param>
internal readonly record struct LookupKey(LookupKind Kind, string Name)
{
    /// <summary>
    /// All hosts with a wildcard. They are few and hardly change, while a name could match ten of them, with and without its port.
    /// </summary>
    public static LookupKey AnyWildcard { get; } = new(LookupKind.Host, "*");

    public bool IsHost => Kind is LookupKind.Host;

    /// <summary>Whom the mesh believes.</summary>
    public static LookupKey Trust { get; } = new(LookupKind.Trust, "");

    /// <summary>All there is of a service.</summary>
    public static LookupKey Service(string fullName) => new(LookupKind.Service, fullName);

    /// <summary>A service's endpoints. They change with the service, and without it.</summary>
    public static LookupKey Endpoints(string fullName) => new(LookupKind.Endpoints, fullName);

    /// <summary>The policies of a namespace, or of the whole mesh.</summary>
    public static LookupKey Policies(string space) => new(LookupKind.Policies, space.ToLowerInvariant());

    public static LookupKey Host(string host) => new(LookupKind.Host, host);
}

/// <summary>What there is a name of.</summary>
internal enum LookupKind
{
    /// <summary>A service, by its full name.</summary>
    Service,

    /// <summary>The same service's endpoints.</summary>
    Endpoints,

    /// <summary>One of the services' hosts.</summary>
    Host,

    /// <summary>A namespace, with what its policies say.</summary>
    Policies,

    /// <summary>Nothing: there is but one.</summary>
    Trust,
}
