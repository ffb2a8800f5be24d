namespace Mesh.Benchmarks.Measuring;

/// <summary>The variants that a pattern asks for.</summary>
internal static class Selection
{
    /// <summary>Variants whose case/name contains the pattern, and with them the bases of their cases and the bases' copies.</summary>
    public static IReadOnlyList<Variant> Of(IReadOnlyList<Variant> variants, string? pattern)
    {
        if (pattern is null)
        {
            return variants;
        }

        HashSet<Variant> chosen = [.. variants.Where(variant => variant.FullName.Contains(pattern, StringComparison.OrdinalIgnoreCase))];
        HashSet<string> cases = [.. chosen.Select(variant => variant.Case)];
        return [.. variants.Where(variant =>
            chosen.Contains(variant) || (variant.Name is Variant.Base or Variant.Copy && cases.Contains(variant.Case)))];
    }
}
