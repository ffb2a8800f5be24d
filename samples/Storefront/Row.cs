namespace Storefront;

/// <summary>One line of the screen: a version of a service, as its callers see it.</summary>
internal sealed record Row
{
    /// <summary>What the figures are of.</summary>
    public const string Caption = "Of the last 2 s; retries and ejections since the start.";

    /// <param name="shortCut">What became of the call that the rules do not allow.</param>
    public static string Refused(string shortCut) => $"web -> reviews  {shortCut}";

    public required string Service { get; init; }

    public string? Version { get; init; }

    /// <summary>Who calls it, by what each call has proven.</summary>
    public IReadOnlyList<string> Callers { get; init; } = [];

    public double RequestsPerSecond { get; init; }

    /// <summary>From 0 to 1. Null: no calls.</summary>
    public double? Success { get; init; }

    public TimeSpan? P50 { get; init; }

    public TimeSpan? P99 { get; init; }

    /// <summary>Of the service's calls, from 0 to 1. Null: no calls.</summary>
    public double? Share { get; init; }

    public long Retries { get; init; }

    public long Ejections { get; init; }

    public static IReadOnlyList<string> Headings { get; } =
        ["service", "version", "called by", "req/s", "success", "p50 ms", "p99 ms", "share", "retries", "ejections"];

    /// <summary>In the order of <see cref="Headings"/>.</summary>
    public string[] Cells() =>
    [
        Service,
        Version ?? "-",
        Callers.Count == 0 ? "-" : string.Join(", ", Callers.Select(caller => caller == Probe.Callers.Plain ? caller : $"mTLS {caller}")),
        Format($"{RequestsPerSecond:0.0}"),
        Format($"{Success * 100:0.0}%"),
        Format($"{P50?.TotalMilliseconds:0.0}"),
        Format($"{P99?.TotalMilliseconds:0.0}"),
        Format($"{Share * 100:0}%"),
        Format($"{Retries}"),
        Format($"{Ejections}"),
    ];

    private static string Format(FormattableString text) =>
        text.GetArgument(0) is null ? "-" : FormattableString.Invariant(text);
}
