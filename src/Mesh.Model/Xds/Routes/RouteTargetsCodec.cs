using System.Collections.Immutable;
using Case = Mesh.Model.Xds.Wire.RouteAction.ClusterSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>Where a route's requests go, and in which shares.</summary>
internal static class RouteTargetsCodec
{
    public static void Encode(ImmutableArray<RouteTarget> targets, Wire.RouteAction action, RouteNames names)
    {
        if (targets.Length < 2)
        {
            RouteTarget target = targets.FirstOrDefault() ?? new();
            action.Cluster = names.Cluster(target.Service, target.Subset);
            return;
        }

        action.WeightedClusters = new();
        action.WeightedClusters.Clusters.Add(targets.Select(target => new Wire.WeightedCluster.Types.ClusterWeight
        {
            Name = names.Cluster(target.Service, target.Subset), Weight = (uint)target.Weight,
        }));
    }

    public static ImmutableArray<RouteTarget> Decode(Wire.RouteAction action, RouteNames names, XdsField at)
    {
        switch (action.ClusterSpecifierCase)
        {
            case Case.Cluster when action.Cluster.Length > 0:
                RouteTarget target = Target(action.Cluster, names);
                return target is { Service: null, Subset: null } ? [] : [target];
            case Case.WeightedClusters:
                return Decode(action.WeightedClusters, names, at["weighted_clusters"]);
            default:
                at.Fault("Only cluster and weighted_clusters say where a request goes.");
                return [];
        }
    }

    private static ImmutableArray<RouteTarget> Decode(Wire.WeightedCluster weighted, RouteNames names, XdsField at)
    {
        at.Refuse("header_name", weighted.HasHeaderName);
        at.Refuse("use_hash_policy", weighted.UseHashPolicy is true);
        ImmutableArray<RouteTarget>.Builder targets = ImmutableArray.CreateBuilder<RouteTarget>();
        long sum = 0;
        for (int i = 0; i < weighted.Clusters.Count; i++)
        {
            Wire.WeightedCluster.Types.ClusterWeight cluster = weighted.Clusters[i];
            XdsField clusterAt = at["clusters", i];
            Check(cluster, clusterAt);
            sum += cluster.Weight ?? 0;
            targets.Add(Target(cluster.Name, names) with { Weight = (int)Math.Min(cluster.Weight ?? 0, int.MaxValue) });
        }

        if (sum is 0 or > int.MaxValue)
        {
            at.Fault($"The weights make {sum}; they must make something from 1 to {int.MaxValue}.");
        }

        return targets.ToImmutable();
    }

    private static void Check(Wire.WeightedCluster.Types.ClusterWeight cluster, XdsField at)
    {
        if (cluster.Name.Length == 0)
        {
            at["name"].Fault("The cluster has no name.");
        }

        at.Refuse("cluster_header", cluster.ClusterHeader.Length > 0);
        at.Refuse("metadata_match", cluster.MetadataMatch is not null);
        at.Refuse("request_headers_to_add", cluster.RequestHeadersToAdd.Count > 0);
        at.Refuse("response_headers_to_add", cluster.ResponseHeadersToAdd.Count > 0);
        at.Refuse("response_headers_to_remove", cluster.ResponseHeadersToRemove.Count > 0);
        at.Refuse("request_headers_to_remove", cluster.RequestHeadersToRemove.Count > 0);
        at.Refuse("host_rewrite_literal", cluster.HasHostRewriteLiteral);
        if (FilterConfigs.Decode(cluster.TypedPerFilterConfig, at) is not { Fault: null, Extension: null })
        {
            at["typed_per_filter_config"].Fault("This is not supported for one of several clusters.");
        }
    }

    private static RouteTarget Target(string cluster, RouteNames names)
    {
        (string? service, string? subset) = names.Parse(cluster);
        return new() { Service = service, Subset = subset };
    }
}
