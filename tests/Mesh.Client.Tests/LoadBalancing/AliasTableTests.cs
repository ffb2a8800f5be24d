using CsCheck;

using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class AliasTableTests
{
    [Fact]
    public void Draws_follow_the_weights() => Gen.Double[0.1, 100].Array[1, 20].Sample(
        weights => AssertShares(weights, draws: 50_000, seed: weights.Length),
        iter: 50);

    [Fact]
    public void A_small_weight_among_large_ones_is_drawn_as_seldom_as_it_should() =>
        AssertShares([1, 10_000, 20_000, 10_000], draws: 4_000_000, seed: 5);

    private static void AssertShares(double[] weights, int draws, int seed)
    {
        var random = new Random(seed);
        var table = new AliasTable(weights);
        int[] drawn = new int[weights.Length];
        for (int draw = 0; draw < draws; draw++)
        {
            drawn[table.Draw(random)]++;
        }

        double total = weights.Sum();
        for (int index = 0; index < weights.Length; index++)
        {
            Shares.AssertWithin(drawn[index], draws, weights[index] / total);
        }
    }
}
