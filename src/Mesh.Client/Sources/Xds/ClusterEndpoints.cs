using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// Which endpoints of a cluster are called. Where its newest cannot be used, those that come are not called by the one before: that may leave
/// their connections less secure than the newest wants them.
/// </summary>
internal static class ClusterEndpoints
{
    /// <param name="cluster">The cluster.</param>
    /// <param name="told">All endpoints that the server has told of.</param>
    public static ImmutableArray<MeshEndpoint> Of(XdsResource cluster, ImmutableArray<MeshEndpoint> told)
    {
        if (cluster.IsRefused)
        {
            HashSet<EndpointKey> called = [.. cluster.Called.Select(endpoint => endpoint.Key)];
            return [.. told.Where(endpoint => called.Contains(endpoint.Key))];
        }

        return cluster.Called = told;
    }

    /// <summary>Why none is called of those that there are.</summary>
    public static string TroubleOf(XdsResource cluster) =>
        $"{cluster.Type} '{cluster.Name}' cannot be used, and the one before it holds for the endpoints of that time alone. {cluster.Trouble}";
}
