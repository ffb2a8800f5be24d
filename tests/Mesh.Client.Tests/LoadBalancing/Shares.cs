namespace Mesh.Client.Tests.LoadBalancing;

/// <summary>Statistical bounds.</summary>
internal static class Shares
{
    /// <summary>Asserts that a binomial count lies within six standard deviations of its mean: wrong once in 500 million times.</summary>
    public static void AssertWithin(int count, int draws, double probability)
    {
        double mean = draws * probability;
        double bound = 6 * Math.Sqrt(mean * (1 - probability));
        Assert.InRange(count, mean - bound - 1, mean + bound + 1);
    }
}
