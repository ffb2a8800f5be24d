using CsCheck;

using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class SmoothSequenceTests
{
    private static readonly Gen<int[]> s_weights = Gen.OneOf(
        Gen.Int[1, 9].Array[1, 8],
        Gen.Int[1, 100].Array[1, 6],
        Gen.OneOfConst(1, 2, 3, 50, 100).Array[1, 12],
        Gen.Int[1, 9].Array[1, 6].Select(others => (int[])[.. others, others.Sum()]));

    [Fact]
    public void Reads_as_one_would_write_it()
    {
        Assert.Equal([0, 1, 0, 2], SmoothSequence.Of([2, 1, 1]));
        Assert.Equal([0, 1, 0, 0, 1], SmoothSequence.Of([3, 2]));
        Assert.Equal([1, 0, 1, 2, 1, 0, 1, 2], SmoothSequence.Of([2, 4, 2]).Concat(SmoothSequence.Of([2, 4, 2])));
        Assert.Equal([0], SmoothSequence.Of([7]));
    }

    [Fact]
    public void Each_takes_exactly_as_many_turns_as_its_weight_says() => s_weights.Sample(weights =>
    {
        int[] sequence = SmoothSequence.Of(weights);
        int divisor = weights.Sum() / sequence.Length;
        Assert.Equal(weights, Enumerable.Range(0, weights.Length).Select(index => divisor * sequence.Count(turn => turn == index)));
    });

    [Fact]
    public void Every_prefix_is_fair_to_within_one_turn() => s_weights.Sample(weights =>
    {
        int[] sequence = SmoothSequence.Of(weights);
        int[] taken = new int[weights.Length];
        double total = weights.Sum();
        for (int position = 0; position < sequence.Length; position++)
        {
            taken[sequence[position]]++;
            for (int index = 0; index < weights.Length; index++)
            {
                Assert.InRange(taken[index] - ((position + 1) * weights[index] / total), -1 + 1e-9, 1 - 1e-9);
            }
        }
    });

    [Fact]
    public void None_follows_itself_where_that_can_be_avoided() => s_weights.Sample(weights =>
    {
        int[] sequence = SmoothSequence.Of(weights);
        for (int position = 0; position < sequence.Length; position++)
        {
            int turn = sequence[position];
            bool outweighsTheRest = weights[turn] * 2 > weights.Sum();
            Assert.True(outweighsTheRest || turn != sequence[(position + 1) % sequence.Length], string.Join(' ', sequence));
        }
    });

    [Fact]
    public void Large_weights_are_scaled_and_small_ones_kept()
    {
        int[] sequence = SmoothSequence.Of([int.MaxValue, int.MaxValue, 1]);

        Assert.InRange(sequence.Length, 60_000, SmoothSequence.MaxLength + 1);
        Assert.Equal(1, sequence.Count(turn => turn == 2));
        Assert.Equal(sequence.Count(turn => turn == 0), sequence.Count(turn => turn == 1));
    }

    [Fact]
    public void More_endpoints_than_the_longest_sequence_all_get_a_turn()
    {
        int[] weights = [.. Enumerable.Range(0, SmoothSequence.MaxLength + 10).Select(index => 1 + (index % 2))];

        Assert.Equal(weights.Length, SmoothSequence.Of(weights).Distinct().Count());
    }

    [Fact]
    public void Nothing_gives_nothing() => Assert.Empty(SmoothSequence.Of([]));
}
