namespace Mesh.ConfigServer.Registry;

/// <summary>Counts what happened in the last minutes, each of which is forgotten as a whole. Not thread-safe.</summary>
internal sealed class RecentChanges(TimeProvider time)
{
    /// <summary>How long it remembers.</summary>
    public const int Minutes = 5;

    // Each instance may be replaced so many times before that is more than a rollout.
    private const int Rounds = 3;

    private readonly int[] _counts = new int[Minutes];
    private readonly long _start = time.GetTimestamp();
    private long _minute;

    public int Count
    {
        get
        {
            Advance();
            return _counts.Sum();
        }
    }

    /// <summary>Whether so many came and went, in the last minutes, that no rollout explains it.</summary>
    public static bool AreFlapping(int comings, int goings, int instances) => Math.Min(comings, goings) > Rounds * Math.Max(instances, 1);

    public void Add()
    {
        Advance();
        _counts[_minute % Minutes]++;
    }

    private void Advance()
    {
        long minute = (long)time.GetElapsedTime(_start).TotalMinutes;
        for (long each = Math.Max(_minute + 1, minute - Minutes + 1); each <= minute; each++)
        {
            _counts[each % Minutes] = 0;
        }

        _minute = minute;
    }
}
