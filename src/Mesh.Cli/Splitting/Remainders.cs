using System.Collections.Immutable;

namespace Mesh.Cli.Splitting;

/// <summary>Shares in whole numbers that add up, by the largest remainders.</summary>
internal static class Remainders
{
    /// <summary>Shares of the total, in the ratio of the weights; equal ones where those are all 0.</summary>
    public static ImmutableArray<long> Distribute(long total, IReadOnlyList<long> weights)
    {
        decimal sum = weights.Sum(weight => (decimal)weight);
        decimal[] exact = [.. weights.Select(weight => sum == 0 ? (decimal)total / weights.Count : total * weight / sum)];
        long missing = total - exact.Sum(share => (long)share);
        HashSet<int> rounded = [.. Enumerable.Range(0, weights.Count).OrderByDescending(i => exact[i] % 1).Take((int)missing)];
        return [.. exact.Select((share, i) => (long)share + (rounded.Contains(i) ? 1 : 0))];
    }
}
