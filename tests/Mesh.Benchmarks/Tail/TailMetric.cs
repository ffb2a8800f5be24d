namespace Mesh.Benchmarks.Tail;

/// <summary>A figure that is taken of each run.</summary>
/// <param name="Name">As reports call it.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Of">Reads it.</param>
/// <param name="IsCompared">Whether its ratio to the base's says something.</param>
internal sealed record TailMetric(string Name, string Unit, Func<TailSample, double> Of, bool IsCompared = false)
{
    public static TailMetric P50 { get; } = new("p50", "ms", sample => sample.P50, IsCompared: true);

    public static TailMetric P99 { get; } = new("p99", "ms", sample => sample.P99, IsCompared: true);

    public static TailMetric P999 { get; } = new("p99.9", "ms", sample => sample.P999, IsCompared: true);

    public static TailMetric OddShare { get; } = new("odd backend's share of attempts", "%", sample => sample.OddShare);

    public static TailMetric Success { get; } = new("success", "%", sample => 100 - sample.Failures);

    public static TailMetric Failures { get; } = new("failures", "%", sample => sample.Failures);

    public static TailMetric Extra { get; } = new("extra attempts", "%", sample => sample.Extra);

    public static TailMetric Lateness { get; } = new("latest call late by", "ms", sample => sample.Lateness);

    public static TailMetric Offered { get; } = new("offered, of the stated load", "%", sample => sample.Offered);

    public static IReadOnlyList<TailMetric> All { get; } = [P50, P99, P999, OddShare, Success, Failures, Extra, Lateness, Offered];
}
