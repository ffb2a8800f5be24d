using System.Globalization;

namespace Mesh.Cli.Output;

/// <summary>Times for people: in their own zone.</summary>
internal static class Times
{
    public static string Format(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How long ago it was, by its two largest units at most: <c>12s</c>, <c>4m</c>, <c>3h20m</c>; null: it was not.</summary>
    /// <param name="time">When it was.</param>
    /// <param name="now">By the same clock.</param>
    public static string? Since(DateTimeOffset? time, DateTimeOffset now) => time is { } past ? Short(now > past ? now - past : TimeSpan.Zero) : null;

    private static string Short(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => Text($"{time.Seconds}s"),
        { TotalHours: < 1 } => Text($"{time.Minutes}m"),
        { TotalDays: < 1 } => Text($"{time.Hours}h{time.Minutes}m"),
        _ => Text($"{time.Days}d{time.Hours}h"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
