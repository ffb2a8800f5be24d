using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>Lengths of time.</summary>
internal static class XdsDurations
{
    private const int NanosecondsPerSecond = 1_000_000_000;

    // As long as a timer can run.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(int.MaxValue);

    public static Duration? Encode(TimeSpan? value) => value is { } given ? Duration.FromTimeSpan(given) : null;

    /// <summary>Null where nothing is said, or none: the two are one to us.</summary>
    public static TimeSpan? Decode(Duration? duration, Place place)
    {
        if (duration is null or { Seconds: 0, Nanos: 0 })
        {
            return null;
        }

        if (duration.Seconds < 0 || duration.Nanos is < 0 or >= NanosecondsPerSecond || duration.Seconds >= s_longest.TotalSeconds)
        {
            place.Fault($"A duration is from 0 to {Documents.Durations.Format(s_longest)}.");
            return null;
        }

        // Upwards, so that a little is not none.
        return new TimeSpan((duration.Seconds * TimeSpan.TicksPerSecond) + ((duration.Nanos + 99) / 100));
    }
}
