namespace Mesh.Client.LoadBalancing;

/// <summary>Draws indexes with given probabilities in constant time (Walker's alias method, built as Vose does).</summary>
internal sealed class AliasTable
{
    private readonly Column[] _columns;

    /// <param name="weights">Positive; index i is drawn with the probability weights[i] / total.</param>
    public AliasTable(ReadOnlySpan<double> weights)
    {
        _columns = new Column[weights.Length];
        double mean = 0;
        foreach (double weight in weights)
        {
            mean += weight / weights.Length;
        }

        double[] height = new double[weights.Length];
        var low = new Stack<int>();
        var high = new Stack<int>();
        for (int index = 0; index < height.Length; index++)
        {
            height[index] = weights[index] / mean;
            (height[index] < 1 ? low : high).Push(index);
        }

        // Fill each low column up to 1 with the top of a high one.
        while (low.Count > 0 && high.Count > 0)
        {
            int filled = low.Pop();
            int donor = high.Pop();
            _columns[filled] = new Column((float)height[filled], donor);
            height[donor] -= 1 - height[filled];
            (height[donor] < 1 ? low : high).Push(donor);
        }

        // What is left differs from 1 by rounding only.
        foreach (int full in low.Concat(high))
        {
            _columns[full] = new Column(1, full);
        }
    }

    /// <summary>An index, by one random number: its whole part is the column, its fraction the height in it.</summary>
    public int Draw(Random random)
    {
        double point = random.NextDouble() * _columns.Length;
        int index = (int)point;
        Column column = _columns[index];
        return point - index < column.Own ? index : column.Alias;
    }

    private readonly record struct Column(float Own, int Alias);
}
