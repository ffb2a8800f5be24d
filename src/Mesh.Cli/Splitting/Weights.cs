using System.Globalization;

namespace Mesh.Cli.Splitting;

/// <summary>What a subset is to get.</summary>
internal sealed record SubsetWeight(string Subset, decimal Weight)
{
    public bool IsOf(string subset) => Subset.Equals(subset, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Subset}={Weight}");
}

/// <summary>Weights as they are typed: <c>v2=50</c>.</summary>
internal static class Weights
{
    private const int Decimals = 2;

    // Of a document, in which they are whole numbers.
    private const decimal Largest = 1_000_000;

    /// <exception cref="ToolException">They cannot be read.</exception>
    public static IReadOnlyList<SubsetWeight> Parse(IEnumerable<string> texts)
    {
        SubsetWeight[] weights = [.. texts.Select(Parse)];
        return weights.CountBy(weight => weight.Subset, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(subset => subset.Value > 1) is { Key: { } twice }
            ? throw new ToolException(ExitCode.Usage, $"{twice} is given twice.")
            : weights;
    }

    /// <summary>What makes them whole numbers.</summary>
    /// <exception cref="ToolException">They would be too large for a document.</exception>
    public static long Scale(IEnumerable<SubsetWeight> weights)
    {
        long scale = 1;
        while (weights.Any(weight => weight.Weight * scale % 1 != 0))
        {
            scale *= 10;
        }

        return weights.FirstOrDefault(weight => weight.Weight * scale > Largest) is { } large
            ? throw new ToolException(
                ExitCode.Usage,
                $"{large.Subset} would get {large.Weight * scale:0}: documents have whole numbers to {Largest:0}. "
                + "Give weights without decimals, or smaller ones.")
            : scale;
    }

    private static SubsetWeight Parse(string text)
    {
        int equals = text.LastIndexOf('=');
        return equals > 0
            && decimal.TryParse(text.AsSpan(equals + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal weight)
            && weight <= Largest
            && decimal.Round(weight, Decimals) == weight
                ? new SubsetWeight(text[..equals], weight)
                : throw new ToolException(
                    ExitCode.Usage,
                    $"'{text}' is no SUBSET=WEIGHT, such as v2=50. "
                    + $"A weight is a number from 0 to {Largest:0} with at most {Decimals} decimals.");
    }
}
