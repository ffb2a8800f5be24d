namespace Mesh.Model.Matching;

/// <summary>Buckets by what one part of the request must be.</summary>
internal sealed class RouteBuckets
{
    // Not a frozen dictionary: that one is no faster with a few keys, and slower with a thousand.
    private readonly Dictionary<string, RouteBucket>.AlternateLookup<ReadOnlySpan<char>> _buckets;
    private readonly ulong _lengths;

    public RouteBuckets(IEnumerable<IndexedMatch> matches, StringComparer comparer)
    {
        Dictionary<string, RouteBucket> buckets = matches.GroupBy(match => match.Key, comparer)
            .ToDictionary(group => group.Key, group => new RouteBucket(group), comparer);
        _buckets = buckets.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = buckets.Keys.Aggregate(0UL, (lengths, key) => lengths | LengthBit(key));
    }

    public bool IsEmpty => _lengths == 0;

    public void Find(ReadOnlySpan<char> key, in RequestFacts facts, ref int best)
    {
        if ((_lengths & LengthBit(key)) != 0 && _buckets.TryGetValue(key, out RouteBucket? bucket))
        {
            bucket.Find(facts, ref best);
        }
    }

    // Most prefixes of a path are of a length that no key has, and need not be hashed.
    private static ulong LengthBit(ReadOnlySpan<char> key) => 1UL << (key.Length & 63);
}
