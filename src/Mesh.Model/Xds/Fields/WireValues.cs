using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>Values of messages in the forms of the settings. Null: not given, or not usable, which is a fault then.</summary>
internal static class WireValues
{
    private const int NanosecondsPerSecond = 1_000_000_000;

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // As long as a timer can run.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Within the bounds that documents have.</summary>
    public static TimeSpan? Time(Duration? value, XdsField at)
    {
        if (value is null)
        {
            return null;
        }

        if (Exact(value) is { } time && time > TimeSpan.Zero && time <= s_day)
        {
            return time;
        }

        at.Fault(string.Create(CultureInfo.InvariantCulture, $"{value.Seconds} s {value.Nanos} ns: a time is above 0 and at most a day."));
        return null;
    }

    /// <summary>Null also where none is said: that and nothing are one to us.</summary>
    public static TimeSpan? TimeOrNone(Duration? value, XdsField at)
    {
        if (value is null or { Seconds: 0, Nanos: 0 })
        {
            return null;
        }

        TimeSpan? time = Exact(value);
        if (time is null)
        {
            at.Fault($"A duration is from 0 to {Durations.Format(s_longest)}.");
        }

        return time;
    }

    /// <summary>A number that the settings cannot hold is no limit in either form.</summary>
    public static int? Whole(uint? value, int least, XdsField at)
    {
        if (value >= least)
        {
            return (int)Math.Min(value.Value, int.MaxValue);
        }

        if (value is not null)
        {
            at.Fault(string.Create(CultureInfo.InvariantCulture, $"{value} is too little: at least {least} is understood."));
        }

        return null;
    }

    public static decimal? Percent(double? value, XdsField at) => Between(value, 100, at) is { } percent ? (decimal)percent : null;

    public static double? Between(double? value, double most, XdsField at)
    {
        if (value is null || (value >= 0 && value <= most))
        {
            return value;
        }

        at.Fault(string.Create(CultureInfo.InvariantCulture, $"{value} is not from 0 to {most}."));
        return null;
    }

    /// <summary>Null where it says nothing.</summary>
    public static T? OrNull<T>(T message)
        where T : class, IMessage<T> => message.CalculateSize() == 0 ? null : message;

    // A duration's own conversion throws for some of what can arrive.
    private static TimeSpan? Exact(Duration value)
    {
        if (value.Seconds < 0 || value.Seconds > s_longest.TotalSeconds || value.Nanos is < 0 or >= NanosecondsPerSecond)
        {
            return null;
        }

        // Upwards, so that a little is not none.
        TimeSpan time = new((value.Seconds * TimeSpan.TicksPerSecond) + ((value.Nanos + 99) / TimeSpan.NanosecondsPerTick));
        return time <= s_longest ? time : null;
    }
}
