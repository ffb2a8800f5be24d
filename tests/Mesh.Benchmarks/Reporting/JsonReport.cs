using System.Text.Json;

namespace Mesh.Benchmarks.Reporting;

/// <summary>The figures for programs: a flat list, the same for every suite.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(string file, IEnumerable<JsonEntry> entries) =>
        File.WriteAllText(file, JsonSerializer.Serialize(entries, s_options) + "\n");
}

/// <summary>One figure.</summary>
/// <param name="Suite">The suite that measured it.</param>
/// <param name="Case">The kind of call or load.</param>
/// <param name="Variant">What was measured.</param>
/// <param name="Metric">What of it.</param>
/// <param name="Unit">The unit of the value.</param>
/// <param name="Value">The median.</param>
/// <param name="Ratio">The median of the paired ratios to the baseline; null where there is none.</param>
/// <param name="Baseline">The variant that the ratio is to.</param>
internal sealed record JsonEntry(
    string Suite, string Case, string Variant, string Metric, string Unit, double Value, double? Ratio = null, string? Baseline = null);
