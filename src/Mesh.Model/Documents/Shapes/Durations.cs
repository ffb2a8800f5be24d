using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mesh.Model.Documents;

/// <summary>Settings that are lengths of time.</summary>
internal static partial class Durations
{
    private static readonly (string Name, long Ticks)[] s_units =
    [
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>More than none, at most a day.</summary>
    public static Scalar<TimeSpan> Any { get; } = Of(
        "above 0 and at most 24h", value => value > TimeSpan.Zero && value <= TimeSpan.FromDays(1));

    public static Scalar<TimeSpan> Between(TimeSpan least, TimeSpan most) =>
        Of($"from {(least == TimeSpan.Zero ? "0s" : Format(least))} to {Format(most)}", value => value >= least && value <= most);

    /// <summary>With units down to milliseconds; what is finer, as the framework does.</summary>
    public static string Format(TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            return value.ToString("c", CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        long rest = value.Ticks;
        foreach ((string name, long ticks) in s_units.Where(unit => value.Ticks >= unit.Ticks))
        {
            (long count, rest) = Math.DivRem(rest, ticks);
            text.Append(count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count}{name}"));
        }

        return text.ToString();
    }

    /// <summary>The second must not be shorter than the first; what is not given does not matter.</summary>
    public static Check<T> InOrder<T>(string first, Func<T, TimeSpan?> getFirst, string second, Func<T, TimeSpan?> getSecond) => new(
        [first, second],
        $"{second} is not shorter than {first}.",
        record => getFirst(record) is { } least && getSecond(record) is { } most && most < least
            ? $"{second} ({Format(most)}) is shorter than {first} ({Format(least)})."
            : null);

    private static Scalar<TimeSpan> Of(string bounds, Func<TimeSpan, bool> isAllowed) => new(
        $"a duration {bounds}, such as 250ms, 2s, 1m30s or 00:00:02",
        text => (ParseUnits(text) ?? ParseClock(text)) is { } value && isAllowed(value) ? value
            : Parsed.Bad<TimeSpan>(int.TryParse(text, NumberStyles.None, null, out _) ? $"It needs a unit: {text}s or {text}ms." : null),
        Format)
        {
            Pattern = "^(?=[0-9])(([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?|([0-9]+[.])?[0-9]+:[0-9]+:[0-9]+([.][0-9]+)?)$",
        };

    /// <summary>
    /// Hours, minutes and seconds; fewer parts would leave open which they are. The framework would pass over white space around them.
    /// </summary>
    private static TimeSpan? ParseClock(string text) =>
        text.Count(c => c == ':') == 2 && !text.Any(char.IsWhiteSpace)
        && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan value)
            ? value : null;

    /// <summary>Whole numbers with units, each unit once, the largest first.</summary>
    private static TimeSpan? ParseUnits(string text)
    {
        Match match = Units().Match(text);
        return match.Success && text.Length > 0
            ? new TimeSpan(s_units.Sum(unit => unit.Ticks * Count(match.Groups[unit.Name])))
            : null;
    }

    private static long Count(Group digits) =>
        digits.Success ? long.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    /// <summary>Eight digits of any unit fit into a TimeSpan.</summary>
    [GeneratedRegex(@"\A(?:(?<h>[0-9]{1,8})h)?(?:(?<m>[0-9]{1,8})m)?(?:(?<s>[0-9]{1,8})s)?(?:(?<ms>[0-9]{1,8})ms)?\z")]
    private static partial Regex Units();
}
