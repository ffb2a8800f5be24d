using System.Collections.Immutable;
using static Mesh.Model.Xds.Wire.FractionalPercent.Types;

namespace Mesh.Model.Xds;

/// <summary>Shares of calls that fail on purpose.</summary>
internal static class DropOverloadCodec
{
    public static ImmutableArray<(string Category, decimal Percent)> Decode(Wire.ClusterLoadAssignment.Types.Policy? policy, XdsField at) =>
        policy is null ? [] :
        [
            .. policy.DropOverloads.Select((drop, i) =>
                (drop.Category, Percent(drop.DropPercentage ?? new(), at["drop_overloads", i]["drop_percentage"]))),
        ];

    /// <summary>More than all is all, as for gRPC.</summary>
    private static decimal Percent(Wire.FractionalPercent share, XdsField at)
    {
        switch (share.Denominator)
        {
            case DenominatorType.Hundred:
                return Math.Min(share.Numerator, 100m);
            case DenominatorType.TenThousand:
                return Math.Min(share.Numerator / 100m, 100m);
            case DenominatorType.Million:
                return Math.Min(share.Numerator / 10_000m, 100m);
            default:
                at["denominator"].Fault($"{(int)share.Denominator} is none; HUNDRED, TEN_THOUSAND and MILLION are.");
                return 0;
        }
    }
}
