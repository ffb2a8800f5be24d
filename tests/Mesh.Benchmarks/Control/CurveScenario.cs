using System.Diagnostics;

namespace Mesh.Benchmarks.Control;

/// <summary>What the same change costs in ever larger meshes, and beside ever more clients whom it does not concern.</summary>
internal static class CurveScenario
{
    private const int Concerned = 100;
    private const int Steps = 3;
    private const int Factor = 10;

    public static async Task RunAsync(ControlPlan plan, ControlFigures figures)
    {
        for (int step = Steps - 1; step >= 0; step--)
        {
            int part = (int)Math.Pow(Factor, step);
            ControlPlan mesh = plan with { Services = Math.Max(10, plan.Services / part), Endpoints = plan.Endpoints / part };
            int others = plan.Clients[0] / part;
            await using ControlStage stage = await ControlStage.StartAsync(mesh.Services);
            await Fleet.FillAsync(stage, mesh, hot: 10);
            await Fleet.ConnectAsync(stage, mesh, Concerned);
            await Fleet.ConnectOthersAsync(stage, mesh, others, group: 1);
            string variant = $"{mesh.Services} services, {mesh.Endpoints} endpoints, {others} other clients";
            int version = 0;
            figures.Add("rule, curve", variant, (await RepeatAsync(async () =>
            {
                long begun = Stopwatch.GetTimestamp();
                await stage.Mesh.ChangeAsync(++version);
                return begun;
            })).Figures);
            figures.Add("arrival, curve", variant, (await RepeatAsync(async () => (await stage.AskAsync(Fleet.Arrival)).At)).Figures);

            async Task<Change> RepeatAsync(Func<Task<long>> change)
            {
                List<Change> made = [];
                for (int round = 0; round <= plan.Rounds; round++)
                {
                    made.Add(await Change.MakeAsync(stage, change));
                }

                return Change.Median(made[1..]);
            }
        }
    }
}
