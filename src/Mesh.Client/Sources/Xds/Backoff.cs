namespace Mesh.Client.Sources.Xds;

/// <summary>How long to wait before the next try: anything up to a limit that grows, so that many that lost a server do not come back at once.</summary>
/// <remarks>"Full jitter" over gRPC's connection back-off (base 1 s, factor 1.6).</remarks>
internal sealed class Backoff(Random random)
{
    public static readonly TimeSpan Base = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>After a stream that ended well.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private const double Factor = 1.6;

    private double _limit = Base.TotalSeconds;

    /// <param name="atMost">A limit of its own: what the wait must not outlast.</param>
    public TimeSpan Next(TimeSpan? atMost = null)
    {
        TimeSpan wait = random.NextDouble() * TimeSpan.FromSeconds(Math.Min(_limit, (atMost ?? Longest).TotalSeconds));
        _limit = Math.Min(_limit * Factor, Longest.TotalSeconds);
        return wait;
    }

    /// <summary>The wait where nobody listens: asking costs nobody anything, and whoever comes back is found soon. It does not grow.</summary>
    public TimeSpan Steady() => random.NextDouble() * Base;

    /// <summary>The wait where asking again helps nobody soon, such as after a refusal.</summary>
    public TimeSpan Long() => Long(random);

    /// <summary>The same after a fault of one's own: whoever is told of it has the time to read it.</summary>
    public static TimeSpan AfterFault() => Long(Random.Shared);

    /// <summary>The wait after a stream that had answered.</summary>
    public TimeSpan Short() => random.NextDouble() * Shortest;

    public void Reset() => _limit = Base.TotalSeconds;

    private static TimeSpan Long(Random random) => Longest * (0.5 + (random.NextDouble() / 2));
}
