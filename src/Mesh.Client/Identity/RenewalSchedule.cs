namespace Mesh.Client.Identity;

/// <summary>
/// When an identity is asked for: first within the second fifth of its life, so that processes that began together spread and an authority may
/// be away for more than half a life; after a failure ever more rarely, but the more often the less is left.
/// </summary>
/// <param name="random">Spreads the tries.</param>
internal sealed class RenewalSchedule(Random random)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Between two tries while the identity is good.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The same while there is none: calls wait for it.</summary>
    public static readonly TimeSpan LongestWithout = TimeSpan.FromSeconds(10);

    // So many tries fit at least into what is left.
    private const int LeastTries = 10;

    private TimeSpan _limit = Shortest;

    /// <summary>How long after it was issued an identity is renewed.</summary>
    public TimeSpan First(TimeSpan lifetime)
    {
        _limit = Shortest;
        return lifetime * (0.4 + (0.1 * random.NextDouble()));
    }

    /// <summary>How long to wait after a failure.</summary>
    /// <param name="left">Of the life of the identity in force; zero or less: there is none.</param>
    public TimeSpan AfterFailure(TimeSpan left)
    {
        TimeSpan most = left <= TimeSpan.Zero ? LongestWithout : TimeSpan.FromTicks(Math.Clamp(left.Ticks / LeastTries, Shortest.Ticks, Longest.Ticks));
        TimeSpan limit = _limit < most ? _limit : most;
        _limit = _limit * 2 < Longest ? _limit * 2 : Longest;
        return limit * (0.5 + (random.NextDouble() / 2));
    }
}
