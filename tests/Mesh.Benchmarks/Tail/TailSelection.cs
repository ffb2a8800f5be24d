namespace Mesh.Benchmarks.Tail;

/// <summary>What a pattern asks for.</summary>
internal static class TailSelection
{
    /// <summary>The variants of cases whose case/name contains the pattern, and with them the bases of these cases and the bases' copies.</summary>
    public static IReadOnlyList<(TailCase Case, TailVariant Variant)> Of(string? pattern) =>
    [
        .. from @case in TailCase.All
           let chosen = TailVariant.All.Where(variant => Matches($"{@case.Name}/{variant.Name}", pattern)).ToHashSet()
           where chosen.Count > 0
           from variant in TailVariant.All
           where chosen.Contains(variant) || variant.IsBase || variant.IsCopy
           select (@case, variant),
    ];

    private static bool Matches(string name, string? pattern) =>
        pattern is null || name.Contains(pattern, StringComparison.OrdinalIgnoreCase);
}
