namespace Mesh.Benchmarks.Tail;

/// <summary>What one run showed.</summary>
/// <param name="P50">In milliseconds, of all calls, those that failed included.</param>
/// <param name="P99">In milliseconds.</param>
/// <param name="P999">In milliseconds.</param>
/// <param name="OddShare">Attempts that the odd backend got, in per cent.</param>
/// <param name="Failures">Calls that failed in the end, in per cent.</param>
/// <param name="Extra">Attempts beyond the first of each call, in per cent of the calls.</param>
/// <param name="Lateness">How much later than it was to be the latest call was made, in milliseconds.</param>
/// <param name="Offered">Calls that were made, in per cent of those that were to be made in that time.</param>
internal sealed record TailSample(
    double P50, double P99, double P999, double OddShare, double Failures, double Extra, double Lateness, double Offered)
{
    public static TailSample Of(Generator generator, Fleet fleet)
    {
        double[] sorted = [.. generator.Latencies.Select(latency => latency.TotalMilliseconds).Order()];
        return new TailSample(
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.99),
            Quantile(sorted, 0.999),
            100.0 * fleet.OddAttempts / fleet.Attempts,
            100.0 * generator.Failures / sorted.Length,
            100.0 * (fleet.Attempts - sorted.Length) / sorted.Length,
            generator.Lateness.TotalMilliseconds,
            100 * generator.Offered);
    }

    // The nearest rank.
    private static double Quantile(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
