namespace Mesh.Benchmarks.EndToEnd;

/// <summary>One figure of a turn.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Of">Where it stands.</param>
internal sealed record Metric(string Name, string Unit, Func<Turn, double> Of)
{
    public static Metric Throughput { get; } = new("throughput", "calls/s", turn => turn.Throughput);

    public static Metric P50 { get; } = new("p50", "µs", turn => turn.P50);

    public static Metric P99 { get; } = new("p99", "µs", turn => turn.P99);

    public static Metric ClientCpu { get; } = new("client CPU", "µs", turn => turn.ClientCpu);

    public static Metric TotalCpu { get; } = new("total CPU", "µs", turn => turn.TotalCpu);

    public static Metric Allocated { get; } = new("allocated", "B", turn => turn.Allocated);

    public static IReadOnlyList<Metric> All { get; } = [Throughput, P50, P99, ClientCpu, TotalCpu, Allocated];
}
