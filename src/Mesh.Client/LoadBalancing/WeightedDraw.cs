namespace Mesh.Client.LoadBalancing;

/// <summary>Draws endpoints at random, by index and in constant time, each as often as its weight says.</summary>
internal readonly struct WeightedDraw
{
    private readonly int _count;
    private readonly Random _random;

    // Null where all weigh the same: what a call in flight counts on each, and how often each is drawn.
    private readonly double[]? _loads;
    private readonly AliasTable? _byWeight;

    /// <param name="endpoints">What is drawn from.</param>
    /// <param name="random">Must be safe under parallel calls, as <see cref="Random.Shared"/> is.</param>
    public WeightedDraw(IReadOnlyList<BalancedEndpoint> endpoints, Random random)
    {
        _count = endpoints.Count;
        _random = random;
        if (endpoints.Any(endpoint => endpoint.Weight != endpoints[0].Weight))
        {
            double[] weights = [.. endpoints.Select(endpoint => (double)endpoint.Weight)];
            double mean = weights.Average();
            _loads = Array.ConvertAll(weights, weight => mean / weight);
            _byWeight = new AliasTable(weights);
        }
    }

    /// <summary>True: all weigh the same.</summary>
    public bool IsEven => _byWeight is null;

    /// <summary>What a call in flight to an endpoint counts: 1 where it weighs as much as the mean, less where it weighs more.</summary>
    public double Load(int index) => _loads is null ? 1 : _loads[index];

    /// <summary>Any endpoint.</summary>
    public int One() => _byWeight is null ? Uniform() : _byWeight.Draw(_random);

    /// <summary>Any endpoint, whatever it weighs.</summary>
    public int Uniform() => _random.Next(_count);

    /// <summary>Two endpoints of two or more: distinct ones where all weigh the same.</summary>
    public (int First, int Second) Pair()
    {
        if (_byWeight is not null)
        {
            return (_byWeight.Draw(_random), _byWeight.Draw(_random));
        }

        // One random number for both: the upper 32 bits and the lower 31, each scaled to its range.
        ulong bits = (ulong)_random.NextInt64();
        int first = (int)(((bits >> 31) * (uint)_count) >> 32);
        int second = (int)(((bits & int.MaxValue) * (uint)(_count - 1)) >> 31);
        return (first, second < first ? second : second + 1);
    }

    /// <summary>One more endpoint: where all weigh the same, none of those drawn before.</summary>
    /// <param name="drawn">Holds those, in ascending order, and takes this one. Needs room for it.</param>
    /// <param name="count">How many were drawn before; less than there are.</param>
    public int Another(Span<int> drawn, int count)
    {
        if (_byWeight is not null)
        {
            return _byWeight.Draw(_random);
        }

        // A place among those that are left becomes an index by going past each that is taken.
        int index = _random.Next(_count - count);
        int place = 0;
        while (place < count && drawn[place] <= index)
        {
            index++;
            place++;
        }

        drawn[place..count].CopyTo(drawn[(place + 1)..]);
        drawn[place] = index;
        return index;
    }
}
