using Mesh.Benchmarks.Measuring;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What was measured in one cell.</summary>
internal sealed record CellOutcomes(Cell Cell, IReadOnlyList<Outcome> All)
{
    public Outcome Raw => Find(Contender.Raw)!;

    /// <summary>Null when the contender was not chosen, or could not run.</summary>
    public Outcome? Find(Contender contender) => All.FirstOrDefault(outcome => outcome.Contender == contender);

    /// <summary>By how much, either way, half of the ratios between the copy and the baseline differ from 1 at most.</summary>
    public double Spread(Metric metric)
    {
        Quartiles ratio = Find(Contender.Copy)!.Ratio(metric, Raw);
        return Math.Max(Math.Abs(ratio.First - 1), Math.Abs(ratio.Third - 1));
    }
}
