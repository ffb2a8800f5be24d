using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Reporting;

namespace Mesh.Benchmarks.Tail;

/// <summary>The figures of a result, one by one.</summary>
internal static class TailEntries
{
    public static IEnumerable<JsonEntry> Of(string suite, TailResult result) => TailMetric.All.SelectMany(metric =>
    {
        Quartiles value = result.Of(metric);
        Quartiles? ratio = metric.IsCompared ? result.Ratio(metric) : null;
        return (IEnumerable<JsonEntry>)
        [
            Entry(metric.Name, value.Median, ratio?.Median),
            Entry($"{metric.Name}, first quartile", value.First, ratio?.First),
            Entry($"{metric.Name}, third quartile", value.Third, ratio?.Third),
        ];

        JsonEntry Entry(string name, double number, double? toBase) =>
            new(suite, result.Case.Name, result.Variant.Name, name, metric.Unit, number, toBase, Variant.Base);
    });
}
