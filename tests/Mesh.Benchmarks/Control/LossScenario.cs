namespace Mesh.Benchmarks.Control;

/// <summary>How soon clients know that a process is gone which said nothing, beside the time for which it is believed.</summary>
internal static class LossScenario
{
    // The server looks once a second.
    private const double Look = 1000;

    public static async Task RunAsync(ControlPlan plan, ControlFigures figures)
    {
        foreach (int clients in plan.Clients)
        {
            await using ControlStage stage = await ControlStage.StartAsync(plan.Services, ttl: plan.Ttl);
            await Fleet.FillAsync(stage, plan, plan.Largest[0]);
            await Fleet.ConnectAsync(stage, plan, clients);
            List<Change> made = [];
            for (int round = 0; round < plan.Rounds; round++)
            {
                made.Add(await Change.MakeAsync(stage, async () => (await stage.AskAsync(Fleet.Loss)).At));
            }

            var median = Change.Median(made);
            double ttl = plan.Ttl.TotalMilliseconds;
            string variant = $"{clients} clients, TTL {plan.Ttl.TotalSeconds} s";
            figures.Add("loss", variant, [("TTL", "ms", ttl), .. median.Figures]);
            figures.AddTarget($"loss, {variant}: worst p99", "ms", median.Worst, ttl + Look + (clients <= 1000 ? 250 : 2500));
        }
    }
}
