namespace Mesh.Client.Sources;

/// <summary>
/// The names of services that are clusters of an xDS control plane: no host has such a name, and unlike those of services the case matters.
/// </summary>
internal static class ClusterNames
{
    private const string Prefix = "cluster/";

    public static string ServiceOf(string cluster) => Prefix + cluster;

    /// <summary>The cluster that a service is; null: it is none.</summary>
    public static string? ClusterOf(string service) => service.StartsWith(Prefix, StringComparison.Ordinal) ? service[Prefix.Length..] : null;

    /// <summary>As people know it.</summary>
    public static string Display(string service) => ClusterOf(service) ?? service;
}
