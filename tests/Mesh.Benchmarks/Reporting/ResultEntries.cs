using Mesh.Benchmarks.Measuring;

namespace Mesh.Benchmarks.Reporting;

/// <summary>The figures of a result, one by one.</summary>
internal static class ResultEntries
{
    public static IEnumerable<JsonEntry> Of(string suite, Result result)
    {
        yield return Entry("time", "ns", result.Time.Median, result.Ratio.Median);
        yield return Entry("allocated", "B", result.Bytes, (double)result.Bytes / result.BaselineBytes);
        if (!result.IsBaseline)
        {
            yield return Entry("added time", "ns", result.AddedTime.Median);
            yield return Entry("added time, first quartile", "ns", result.AddedTime.First);
            yield return Entry("added time, third quartile", "ns", result.AddedTime.Third);
            yield return Entry("added allocated", "B", result.AddedBytes);
        }

        JsonEntry Entry(string metric, string unit, double value, double? ratio = null) =>
            new(suite, result.Variant.Case, result.Variant.Name, metric, unit, value, ratio, Variant.Base);
    }
}
