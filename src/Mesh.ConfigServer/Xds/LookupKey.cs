namespace Mesh.ConfigServer.Xds;

/// <summary>What a resource's name is looked up by, and so what it changes with.</summary>
/// <param name="IsHost">Whether it is one of the services' hosts, else a service's full name.</param>
/// <param name="Name">In lower case, where it is a host.</param>
internal readonly record struct LookupKey(bool IsHost, string Name)
{
    /// <summary>
    /// All hosts with a wildcard. They are few and hardly change, while a name could match ten of them, with and without its port.
    /// </summary>
    public static LookupKey AnyWildcard { get; } = new(true, "*");

    public static LookupKey Service(string fullName) => new(false, fullName);

    public static LookupKey Host(string host) => new(true, host);
}
