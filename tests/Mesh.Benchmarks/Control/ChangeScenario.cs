using System.Diagnostics;

namespace Mesh.Benchmarks.Control;

/// <summary>How soon clients know of a change that concerns all of them.</summary>
internal static class ChangeScenario
{
    public static async Task RunAsync(ControlPlan plan, ControlFigures figures)
    {
        foreach (int clients in plan.Clients)
        {
            foreach (int largest in plan.Largest)
            {
                await using ControlStage stage = await ControlStage.StartAsync(plan.Services);
                await Fleet.FillAsync(stage, plan, largest);
                await Fleet.ConnectAsync(stage, plan, clients);
                await MeasureAsync(stage, plan, $"{clients} clients, {largest} endpoints", clients, figures);
            }
        }
    }

    private static async Task MeasureAsync(ControlStage stage, ControlPlan plan, string variant, int clients, ControlFigures figures)
    {
        int version = 0;
        await AddAsync("rule", async () =>
        {
            long begun = Stopwatch.GetTimestamp();
            await stage.Mesh.ChangeAsync(++version);
            return begun;
        });
        await AddAsync("arrival", async () => (await stage.AskAsync(Fleet.Arrival)).At);
        await AddAsync("withdrawal", async () => (await stage.AskAsync(Fleet.Withdrawal)).At);

        async Task AddAsync(string kind, Func<Task<long>> change)
        {
            // The first one is warm-up.
            await Change.MakeAsync(stage, change);
            List<Change> made = [];
            for (int round = 0; round < plan.Rounds; round++)
            {
                made.Add(await Change.MakeAsync(stage, change));
            }

            var median = Change.Median(made);
            figures.Add(kind, variant, median.Figures);
            figures.AddTarget($"{kind}, {variant}: p99", "ms", median.P99, clients <= 1000 ? 250 : 2500);
        }
    }
}
