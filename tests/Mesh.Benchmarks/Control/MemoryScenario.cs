using Mesh.Benchmarks.EndToEnd;

namespace Mesh.Benchmarks.Control;

/// <summary>What streams that wait, and endpoints, cost the server in memory.</summary>
internal static class MemoryScenario
{
    private const double MostPerStream = 60;

    // What is compiled and allocated for the first streams is no cost of the others.
    private const int FirstClients = 20;

    public static async Task RunAsync(ControlPlan plan, ControlFigures figures)
    {
        foreach (int clients in plan.Clients)
        {
            figures.Add("memory", $"{clients} streams", ("RSS per stream, Kestrel alone", "KB", await KestrelAsync(clients) / 1024));
            await ServerAsync(plan, clients, figures);
        }
    }

    private static async Task<double> KestrelAsync(int clients)
    {
        await using Child kestrel = await Child.StartAsync(ControlPrograms.KestrelAlone);
        await using Child simulator = await Child.StartAsync(ControlPrograms.ClientsOf(kestrel.Addresses[0]));
        await ConnectAsync(FirstClients, group: 0);
        long before = ProcessMemory.Resident(kestrel.Processes[0]);
        await ConnectAsync(clients, group: 1);
        return (double)(ProcessMemory.Resident(kestrel.Processes[0]) - before) / clients;

        async Task ConnectAsync(int count, int group) => await simulator.AskAsync<SimulatorOrder, SimulatorReport>(
            new SimulatorOrder(SimulatorStep.Connect) { Group = group, Clients = count });
    }

    private static async Task ServerAsync(ControlPlan plan, int clients, ControlFigures figures)
    {
        await using ControlStage stage = await ControlStage.StartAsync(plan.Services);
        long empty = await stage.ServerMemoryAsync();
        await Fleet.FillAsync(stage, plan, hot: plan.Largest[0]);
        await Fleet.ConnectAsync(stage, plan, FirstClients);
        long filled = await stage.ServerMemoryAsync();
        await Fleet.ConnectAsync(stage, plan, clients, group: 1);
        long connected = await stage.ServerMemoryAsync();
        double perStream = (connected - filled) / 1024.0 / clients;
        figures.Add(
            "memory", $"{clients} streams",
            ("RSS of the server", "MB", connected / 1048576.0),
            ("RSS per stream", "KB", perStream),
            ("RSS per endpoint with its instance's stream", "KB", (filled - empty) / 1024.0 / plan.Endpoints));
        figures.AddTarget($"RSS per idle stream, {clients} streams", "KB", perStream, MostPerStream);
    }
}
