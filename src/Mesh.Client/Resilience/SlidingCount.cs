using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Resilience;

/// <summary>
/// Counts the events of the last while, in ten buckets of a tenth of it each: the total covers nine to ten tenths.
/// Lock-free: every event is counted once, though one that races with the turn of a bucket may land in the next one.
/// </summary>
internal sealed class SlidingCount
{
    private const int Buckets = 10;

    // Upper half: which span since the origin the bucket holds. Lower half: the events in it.
    private readonly long[] _buckets = new long[Buckets];
    private readonly long _origin;
    private readonly double _spansPerTick;

    /// <param name="length">How long an event counts.</param>
    /// <param name="clock">The clock of the timestamps.</param>
    public SlidingCount(TimeSpan length, MeshClock clock)
        : this((double)Buckets / clock.ToTicks(length), clock.Now)
    {
    }

    private SlidingCount(double spansPerTick, long origin) => (_spansPerTick, _origin) = (spansPerTick, origin);

    /// <summary>Counts an event.</summary>
    public void Record(long now) => Add(SpanOf(now), 1);

    /// <summary>The events that still count.</summary>
    public long Total(long now)
    {
        uint span = SpanOf(now);
        long total = 0;
        for (int index = 0; index < Buckets; index++)
        {
            long bucket = Volatile.Read(ref _buckets[index]);
            total += Age(bucket, span) < Buckets ? (uint)bucket : 0;
        }

        return total;
    }

    /// <summary>A count of another length that goes on from this one: what it knows is kept, each event at its time.</summary>
    public SlidingCount Resize(TimeSpan length, MeshClock clock)
    {
        var resized = new SlidingCount((double)Buckets / clock.ToTicks(length), _origin);
        uint span = SpanOf(clock.Now);
        for (int index = 0; index < Buckets; index++)
        {
            long bucket = Volatile.Read(ref _buckets[index]);
            if (Age(bucket, span) < Buckets)
            {
                double middle = (bucket >> 32) + 0.5;
                resized.Add(resized.SpanOf(_origin + (long)(middle / _spansPerTick)), (uint)bucket);
            }
        }

        return resized;
    }

    private static int Age(long bucket, uint span) => (int)(span - (uint)(bucket >> 32));

    private uint SpanOf(long timestamp) => (uint)((timestamp - _origin) * _spansPerTick);

    private void Add(uint span, uint count)
    {
        ref long bucket = ref _buckets[span % Buckets];
        long seen = Volatile.Read(ref bucket);
        while (Age(seen, span) > 0)
        {
            long found = Interlocked.CompareExchange(ref bucket, ((long)span << 32) | count, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }

        Interlocked.Add(ref bucket, count);
    }
}
