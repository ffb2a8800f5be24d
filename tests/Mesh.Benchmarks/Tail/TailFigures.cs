using Mesh.Benchmarks.Measuring;

namespace Mesh.Benchmarks.Tail;

/// <summary>The results of the suite, by case and variant.</summary>
internal sealed class TailFigures(IReadOnlyList<TailResult> results)
{
    public IReadOnlyList<TailResult> Results => results;

    public IEnumerable<IGrouping<TailCase, TailResult>> Cases => results.GroupBy(result => result.Case);

    /// <summary>Null when the variant was not chosen.</summary>
    public TailResult? Find(TailCase @case, TailVariant variant) =>
        results.FirstOrDefault(result => result.Case == @case && result.Variant == variant);

    /// <summary>By what share, either way, half of the ratios between the base and its copy differ from 1.</summary>
    public double Spread(TailCase @case, TailMetric metric)
    {
        Quartiles ratio = results.First(result => result.Case == @case && result.Variant.IsCopy).Ratio(metric);
        return Math.Max(Math.Abs(ratio.First - 1), Math.Abs(ratio.Third - 1));
    }

    /// <summary>The lowest and the highest of all runs.</summary>
    public (double Lowest, double Highest) Range(TailMetric metric)
    {
        double[] values = [.. results.SelectMany(result => result.Own).Select(metric.Of)];
        return (values.Min(), values.Max());
    }
}
