using System.Collections.Immutable;

namespace Mesh.Cli.Splitting;

/// <summary>Shares in whole numbers that add up, by the largest remainders.</summary>
internal static class Remainders
{
    /// <summary>Gives the targets the total, in the ratio of the weights that they had; equally where those are all 0.</summary>
    public static ImmutableArray<SplitTarget> Distribute(long total, IReadOnlyList<SplitTarget> targets)
    {
        decimal before = targets.Sum(target => (decimal)target.Weight);
        decimal[] exact = [.. targets.Select(target => before == 0 ? (decimal)total / targets.Count : total * target.Weight / before)];
        long missing = total - exact.Sum(share => (long)share);
        HashSet<int> rounded = [.. Enumerable.Range(0, targets.Count).OrderByDescending(i => exact[i] % 1).Take((int)missing)];
        return [.. targets.Select((target, i) => target with { Weight = (long)exact[i] + (rounded.Contains(i) ? 1 : 0) })];
    }
}
