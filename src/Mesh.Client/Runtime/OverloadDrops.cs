using System.Collections.Immutable;
using Mesh.Client.Filters;
using Mesh.Client.Sources;

namespace Mesh.Client.Runtime;

/// <summary>Lets a share of calls fail before they get anywhere, by categories, as EDS has it (gRFC A27).</summary>
internal sealed class OverloadDrops
{
    private readonly ImmutableArray<OverloadDrop> _drops;

    private OverloadDrops(ImmutableArray<OverloadDrop> drops) => _drops = drops;

    /// <summary>Null: no call is dropped.</summary>
    public static OverloadDrops? Of(ImmutableArray<OverloadDrop> drops) => drops.Any(drop => drop.Percent > 0) ? new(drops) : null;

    /// <summary>The category that this call is dropped for, by draws one after the other; null: it goes on.</summary>
    public string? Draw()
    {
        foreach (OverloadDrop drop in _drops)
        {
            if (Chance.Falls(drop.Percent))
            {
                return drop.Category;
            }
        }

        return null;
    }
}
