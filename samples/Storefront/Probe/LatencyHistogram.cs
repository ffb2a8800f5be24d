namespace Storefront.Probe;

/// <summary>Latencies in buckets that grow by a sixteenth power of two (4 %), so that histograms of many processes add up.</summary>
internal sealed class LatencyHistogram
{
    private const int BucketsPerDoubling = 16;

    /// <summary>Counts by bucket; bucket 0 begins at one microsecond.</summary>
    public SortedDictionary<int, long> Buckets { get; init; } = [];

    public void Add(double seconds)
    {
        int bucket = (int)Math.Max(0, Math.Log2(seconds * 1e6) * BucketsPerDoubling);
        Buckets[bucket] = Buckets.GetValueOrDefault(bucket) + 1;
    }

    public void Add(LatencyHistogram other)
    {
        foreach ((int bucket, long count) in other.Buckets)
        {
            Buckets[bucket] = Buckets.GetValueOrDefault(bucket) + count;
        }
    }

    /// <summary>The upper edge of the bucket that holds the given share of the calls, from 0 to 1. Null: there were none.</summary>
    public TimeSpan? Quantile(double share)
    {
        double rank = share * Buckets.Values.Sum();
        long seen = 0;
        foreach ((int bucket, long count) in Buckets)
        {
            seen += count;
            if (seen >= rank)
            {
                return TimeSpan.FromMicroseconds(Math.Pow(2, (bucket + 1.0) / BucketsPerDoubling));
            }
        }

        return null;
    }
}
