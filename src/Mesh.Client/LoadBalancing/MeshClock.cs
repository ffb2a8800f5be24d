namespace Mesh.Client.LoadBalancing;

/// <summary>The timestamps of a <see cref="TimeProvider"/>, with the factors that convert them computed once.</summary>
internal sealed class MeshClock(TimeProvider time)
{
    /// <summary>The unit of <see cref="ToStamp"/> is 0.1 ms.</summary>
    public const double StampsPerSecond = 10_000;

    private readonly double _spansPerTick = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency;
    private readonly double _stampsPerTick = StampsPerSecond / time.TimestampFrequency;

    /// <summary>The present timestamp. Read once a call and pass it on: it costs more than a pick.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>The time between two timestamps.</summary>
    public TimeSpan Between(long start, long end) => new((long)((end - start) * _spansPerTick));

    /// <summary>A length of time as a difference of timestamps.</summary>
    public long ToTicks(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);

    /// <summary>A timestamp in 0.1 ms modulo 2^32, which comes round every five days.</summary>
    public uint ToStamp(long timestamp) => unchecked((uint)(long)(timestamp * _stampsPerTick));
}
