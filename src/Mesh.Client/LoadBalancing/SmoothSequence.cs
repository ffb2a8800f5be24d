namespace Mesh.Client.LoadBalancing;

/// <summary>
/// The order in which weighted endpoints take turns. In every prefix each has its exact share to within one turn, and
/// none follows itself, not even where the sequence starts over, unless it weighs more than all others together.
/// </summary>
/// <remarks>
/// With share s of the turns, an endpoint's turn k belongs between k/s and (k+1)/s. Of those that may go, the one that must go
/// soonest does: earliest deadline first with release times, as Tijdeman's solution of the chairman assignment problem.
/// </remarks>
internal static class SmoothSequence
{
    /// <summary>The longest sequence; larger weights are scaled down to it, none below 1. Only more endpoints than this make it longer.</summary>
    public const int MaxLength = 65_536;

    /// <summary>The indexes of the weights, each as often as its weight says. Takes O(length · log(weights)).</summary>
    public static int[] Of(ReadOnlySpan<int> weights)
    {
        int[] turns = Turns(weights);
        int[] taken = new int[turns.Length];
        int[] sequence = new int[turns.Sum()];
        var waiting = new PriorityQueue<int, int>(turns.Length);
        var released = new PriorityQueue<int, long>(turns.Length);
        for (int index = 0; index < turns.Length; index++)
        {
            waiting.Enqueue(index, 0);
        }

        int last = -1;
        for (int position = 0; position < sequence.Length; position++)
        {
            while (waiting.TryPeek(out int index, out int release) && release <= position)
            {
                waiting.Dequeue();
                released.Enqueue(index, Urgency(turns[index], taken[index], sequence.Length));
            }

            last = Take(released, last, mayRepeat: last >= 0 && turns[last] > sequence.Length / 2);
            sequence[position] = last;
            taken[last]++;
            if (taken[last] < turns[last])
            {
                waiting.Enqueue(last, (int)((long)taken[last] * sequence.Length / turns[last]));
            }
        }

        return sequence;
    }

    private static int Take(PriorityQueue<int, long> released, int last, bool mayRepeat)
    {
        released.TryDequeue(out int first, out long urgency);
        return first != last || mayRepeat || released.Count == 0 ? first : released.DequeueEnqueue(first, urgency);
    }

    // By the deadline of the turn, rounded up; among equals the heaviest first, for it has the least choice.
    private static long Urgency(int turns, int taken, int length) =>
        (((((taken + 1L) * length) + turns - 1) / turns) << 32) | (uint)(int.MaxValue - turns);

    private static int[] Turns(ReadOnlySpan<int> weights)
    {
        long total = 0;
        foreach (int weight in weights)
        {
            total += weight;
        }

        double scale = Math.Min(1.0, (double)MaxLength / total);
        int[] turns = new int[weights.Length];
        int divisor = 0;
        for (int index = 0; index < turns.Length; index++)
        {
            turns[index] = Math.Max(1, (int)(weights[index] * scale));
            divisor = GreatestCommonDivisor(turns[index], divisor);
        }

        for (int index = 0; index < turns.Length; index++)
        {
            turns[index] /= divisor;
        }

        return turns;
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
