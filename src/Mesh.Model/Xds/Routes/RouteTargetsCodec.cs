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

    public static ImmutableArray<RouteTarget> Decode(Wire.RouteAction action, RouteNames names, Place place)
    {
        switch (action.ClusterSpecifierCase)
        {
            case Case.Cluster when action.Cluster.Length > 0:
                RouteTarget target = Target(action.Cluster, names);
                return target is { Service: null, Subset: null } ? [] : [target];
            case Case.WeightedClusters:
                return Decode(action.WeightedClusters, names, place.Field("weighted_clusters"));
            default:
                place.Fault("Only cluster and weighted_clusters say where a request goes.");
                return [];
        }
    }

    private static ImmutableArray<RouteTarget> Decode(Wire.WeightedCluster weighted, RouteNames names, Place place)
    {
        place.Refuse("header_name", weighted.HasHeaderName);
        place.Refuse("use_hash_policy", weighted.UseHashPolicy is true);
        var targets = ImmutableArray.CreateBuilder<RouteTarget>();
        long sum = 0;
        for (int i = 0; i < weighted.Clusters.Count; i++)
        {
            Wire.WeightedCluster.Types.ClusterWeight cluster = weighted.Clusters[i];
            Place at = place.Item("clusters", i);
            Check(cluster, at);
            sum += cluster.Weight ?? 0;
            targets.Add(Target(cluster.Name, names) with { Weight = (int)Math.Min(cluster.Weight ?? 0, int.MaxValue) });
        }

        if (sum is 0 or > int.MaxValue)
        {
            place.Fault($"The weights make {sum}; they must make something from 1 to {int.MaxValue}.");
        }

        return targets.ToImmutable();
    }

    private static void Check(Wire.WeightedCluster.Types.ClusterWeight cluster, Place place)
    {
        if (cluster.Name.Length == 0)
        {
            place.Field("name").Fault("The cluster has no name.");
        }

        place.Refuse("cluster_header", cluster.ClusterHeader.Length > 0);
        place.Refuse("metadata_match", cluster.MetadataMatch is not null);
        place.Refuse("request_headers_to_add", cluster.RequestHeadersToAdd.Count > 0);
        place.Refuse("response_headers_to_add", cluster.ResponseHeadersToAdd.Count > 0);
        place.Refuse("response_headers_to_remove", cluster.ResponseHeadersToRemove.Count > 0);
        place.Refuse("request_headers_to_remove", cluster.RequestHeadersToRemove.Count > 0);
        place.Refuse("host_rewrite_literal", cluster.HasHostRewriteLiteral);
        if (FilterConfigs.Decode(cluster.TypedPerFilterConfig, place) is not { Fault: null, Extension: null })
        {
            place.Field("typed_per_filter_config").Fault("This is not supported for one of several clusters.");
        }
    }

    private static RouteTarget Target(string cluster, RouteNames names)
    {
        (string? service, string? subset) = names.Parse(cluster);
        return new() { Service = service, Subset = subset };
    }
}
