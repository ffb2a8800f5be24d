using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>The named parts of a service. xDS has no word for them: there they are clusters that nothing connects.</summary>
internal static class SubsetsCodec
{
    public static void Encode(ImmutableSortedDictionary<string, MeshSubset> subsets, Wire.MeshClusterMetadata extra)
    {
        foreach ((string name, MeshSubset subset) in subsets)
        {
            Wire.MeshClusterMetadata.Types.Subset message = new() { Version = subset.Version };
            message.Labels.Add(subset.Labels);
            extra.Subsets.Add(name, message);
        }
    }

    public static ImmutableSortedDictionary<string, MeshSubset> Decode(Wire.MeshClusterMetadata extra) =>
        Maps.Of<MeshSubset>().SetItems(extra.Subsets.Select(subset => KeyValuePair.Create(
            subset.Key,
            new MeshSubset { Version = subset.Value.Version, Labels = Maps.Empty.SetItems(subset.Value.Labels) })));
}
