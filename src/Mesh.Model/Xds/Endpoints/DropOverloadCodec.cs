using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>Shares of calls that fail on purpose.</summary>
internal static class DropOverloadCodec
{
    public static ImmutableArray<(string Category, decimal Percent)> Decode(Wire.ClusterLoadAssignment.Types.Policy? policy, XdsField at) =>
        policy is null ? [] :
        [
            .. policy.DropOverloads.Select((drop, i) =>
                (drop.Category, Percents.DecodeExact(drop.DropPercentage, at["drop_overloads", i]["drop_percentage"]))),
        ];
}
