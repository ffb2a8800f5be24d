using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// Where routes lead, in the words of control planes that are not ours: to clusters, whose names mean nothing. The codec has taken the names
/// apart as ours are; here they are put together again.
/// </summary>
internal static class ClusterTargets
{
    /// <summary>The clusters of a route.</summary>
    /// <param name="route">As the codec has read it.</param>
    /// <param name="routes">The name of the configuration that it stands in.</param>
    public static IEnumerable<string> Of(MeshRoute route, string routes) =>
        TargetsOf(route).Select(target => NameOf(target.Service, target.Subset, routes))
            .Concat(route.Mirror.Select(mirror => NameOf(mirror.Service, mirror.Subset, routes)));

    /// <summary>The route to services that are clusters.</summary>
    /// <param name="route">As the codec has read it.</param>
    /// <param name="routes">The name of the configuration that it stands in.</param>
    /// <param name="own">The cluster that is the service's own; null: none is.</param>
    public static MeshRoute Lead(MeshRoute route, string routes, string? own) => route with
    {
        To = [.. TargetsOf(route).Select(target => target with { Service = ServiceOf(NameOf(target.Service, target.Subset, routes), own), Subset = null })],
        Mirror =
        [
            .. route.Mirror.Select(mirror => mirror with { Service = ServiceOf(NameOf(mirror.Service, mirror.Subset, routes), own), Subset = null }),
        ],
    };

    // A route without a target leads to the cluster that is called as its configuration is; unless it answers itself.
    private static IEnumerable<RouteTarget> TargetsOf(MeshRoute route) =>
        route.Redirect is not null || route.DirectResponse is not null ? []
        : route.To.IsEmpty ? [new RouteTarget()]
        : route.To.Where(target => target.Weight > 0);

    private static string NameOf(string? service, string? subset, string routes) => XdsNames.Cluster(service ?? routes, subset);

    private static string? ServiceOf(string cluster, string? own) => cluster == own ? null : ClusterNames.ServiceOf(cluster);
}
