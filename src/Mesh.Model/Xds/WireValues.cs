using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>Values of messages in the forms of the settings. Null: not given, or not usable, which is a fault then.</summary>
internal static class WireValues
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>Within the bounds that documents have.</summary>
    public static TimeSpan? Time(Duration? value, XdsField at)
    {
        if (value is null)
        {
            return null;
        }

        // A duration's own conversion throws for some of what can arrive.
        if (value is { Seconds: >= 0 and <= 86_400, Nanos: >= 0 and < 1_000_000_000 })
        {
            TimeSpan time = new((value.Seconds * TimeSpan.TicksPerSecond) + (value.Nanos / TimeSpan.NanosecondsPerTick));
            if (time > TimeSpan.Zero && time <= s_day)
            {
                return time;
            }
        }

        at.Fault(string.Create(CultureInfo.InvariantCulture, $"{value.Seconds} s {value.Nanos} ns: a time is above 0 and at most a day."));
        return null;
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

    /// <summary>The content of an extension whose type is known to be right.</summary>
    public static T? Unpack<T>(Any packed, XdsField at)
        where T : class, IMessage<T>, new()
    {
        if (!WireParser.TryParse(packed.Value, out T? message, out string? error))
        {
            at.Fault($"It cannot be read: {error}");
        }

        return message;
    }

    /// <summary>Null where it says nothing.</summary>
    public static T? OrNull<T>(T message)
        where T : class, IMessage<T> => message.CalculateSize() == 0 ? null : message;
}
