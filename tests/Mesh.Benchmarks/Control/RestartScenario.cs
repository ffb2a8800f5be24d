using System.Diagnostics;

namespace Mesh.Benchmarks.Control;

/// <summary>A server that rests, is killed, and comes back to all its clients.</summary>
internal static class RestartScenario
{
    private const double MostSeconds = 30;

    public static async Task RunAsync(ControlPlan plan, ControlFigures figures)
    {
        int clients = plan.Clients[^1];
        await using ControlStage stage = await ControlStage.StartAsync(plan.Services);
        await Fleet.FillAsync(stage, plan, plan.Largest[0]);
        await Fleet.ConnectAsync(stage, plan, clients);
        string variant = $"{clients} clients, {plan.Endpoints} instances";

        TimeSpan before = stage.ServerTime();
        await Task.Delay(plan.Rest);
        double rest = (stage.ServerTime() - before) / plan.Rest;
        figures.Add("at rest", variant, ("CPU", "% of a core", 100 * rest));

        await stage.KillServerAsync();
        SimulatorReport lost = await AwaitAsync(SimulatorStep.Look);
        while (lost.InSync > 0)
        {
            lost = await AwaitAsync(SimulatorStep.Look);
        }

        long start = Stopwatch.GetTimestamp();
        await stage.StartServerAsync();
        double started = Stopwatch.GetElapsedTime(start).TotalSeconds;
        SimulatorReport back = await AwaitAsync(SimulatorStep.AwaitSync);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        figures.Add(
            "restart", variant,
            ("server up", "s", started), ("all in sync", "s", seconds), ("not in sync", "clients", back.Clients - back.InSync),
            ("syncs", "/s", back.InSync / Math.Max(seconds - started, 0.001)),
            ("server CPU", "s", stage.ServerTime().TotalSeconds),
            ("peak RSS", "MB", ProcessMemory.Peak(stage.ServerProcess) / 1048576.0));
        figures.AddTarget($"restart, {variant}: all in sync", "s", seconds, MostSeconds);

        Task<SimulatorReport> AwaitAsync(SimulatorStep step) => stage.AskAsync(new SimulatorOrder(step) { WithinSeconds = 90 });
    }
}
