using System.Diagnostics;

namespace Mesh.Benchmarks.Control;

/// <summary>A change of the mesh, and what it took until the clients whom it concerns knew.</summary>
/// <param name="P50">Milliseconds until half of them knew.</param>
/// <param name="P99">Until all but a hundredth did.</param>
/// <param name="Missing">Those that were not told in time.</param>
/// <param name="Bytes">On the wire, for each client.</param>
/// <param name="ServerCpu">Milliseconds of the server's.</param>
/// <param name="SimulatorCpu">Milliseconds of those that play the clients.</param>
internal sealed record Change(double P50, double P99, int Missing, double Bytes, double ServerCpu, double SimulatorCpu)
{
    /// <param name="stage">The mesh.</param>
    /// <param name="change">Makes it, and tells when it was begun, as a time stamp of the system.</param>
    /// <param name="group">Whom it concerns.</param>
    public static async Task<Change> MakeAsync(ControlStage stage, Func<Task<long>> change, int group = 0)
    {
        await stage.AskAsync(new SimulatorOrder(SimulatorStep.Begin) { Group = group });
        (TimeSpan server, TimeSpan simulator) = (stage.ServerTime(), stage.SimulatorTime());
        long begun = await change();
        SimulatorReport seen = await stage.AskAsync(new SimulatorOrder(SimulatorStep.AwaitSeen) { Group = group });
        return new Change(
            At(seen.Firsts, begun, 0.5), At(seen.Firsts, begun, 0.99), seen.Clients - seen.Firsts.Length, (double)seen.Bytes / seen.Clients,
            (stage.ServerTime() - server).TotalMilliseconds, (stage.SimulatorTime() - simulator).TotalMilliseconds);
    }

    /// <summary>The medians of several.</summary>
    public static Change Median(IReadOnlyCollection<Change> changes)
    {
        return new Change(
            Of(change => change.P50), Of(change => change.P99), changes.Max(change => change.Missing), Of(change => change.Bytes),
            Of(change => change.ServerCpu), Of(change => change.SimulatorCpu))
        {
            Worst = changes.Max(change => change.P99),
        };

        double Of(Func<Change, double> figure) => changes.Select(figure).Order().ElementAt(changes.Count / 2);
    }

    /// <summary>Of several, the longest time until all but a hundredth knew.</summary>
    public double Worst { get; private init; }

    public IEnumerable<(string Metric, string Unit, double Value)> Figures =>
    [
        ("p50", "ms", P50), ("p99", "ms", P99), ("worst p99", "ms", Worst), ("not told", "clients", Missing), ("wire", "B/client", Bytes),
        ("server CPU", "ms", ServerCpu), ("simulator CPU", "ms", SimulatorCpu),
    ];

    private static double At(long[] firsts, long begun, double share) => firsts.Length == 0
        ? double.NaN : Stopwatch.GetElapsedTime(begun, firsts[(int)(share * (firsts.Length - 1))]).TotalMilliseconds;
}
