namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What a contender did in its turn. Times are in microseconds.</summary>
/// <param name="Throughput">Calls per second.</param>
/// <param name="P50">The median of the calls' time.</param>
/// <param name="P99">What one call in a hundred took longer than.</param>
/// <param name="ClientCpu">CPU time per call in the client.</param>
/// <param name="TotalCpu">CPU time per call in client, proxies and server.</param>
/// <param name="Allocated">Bytes per call in the client.</param>
internal sealed record Turn(double Throughput, double P50, double P99, double ClientCpu, double TotalCpu, double Allocated)
{
    /// <param name="report">What the client says.</param>
    /// <param name="others">CPU time of the processes that it called.</param>
    public static Turn Of(LoadReport report, TimeSpan others) => new(
        report.Calls / report.Elapsed.TotalSeconds,
        report.P50.TotalMicroseconds,
        report.P99.TotalMicroseconds,
        report.Cpu.TotalMicroseconds / report.Calls,
        (report.Cpu + others).TotalMicroseconds / report.Calls,
        (double)report.Allocated / report.Calls);
}
