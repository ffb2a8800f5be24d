using System.Diagnostics;
using Mesh.Benchmarks.EndToEnd;

namespace Mesh.Benchmarks.Control;

/// <summary>What many services cost a real client, and how soon it calls an endpoint that comes.</summary>
internal static class ClientScenario
{
    private const double MostMemory = 150;

    public static async Task RunAsync(ControlPlan plan, ControlFigures figures)
    {
        int largest = plan.Largest[^1];
        ControlPlan mesh = plan with { Services = plan.ClientServices - 1, Endpoints = largest + ((plan.ClientServices - 1) * plan.ClientEndpoints) };
        await using ControlStage stage = await ControlStage.StartAsync(mesh.Services, plan.ClientEndpoints);
        await Fleet.AddAsync(stage, largest);
        await Fleet.ConnectAsync(stage, mesh, clients: 2);
        await using Child client = await Child.StartAsync(ControlPrograms.ClientAt(stage.Xds));
        long empty = ProcessMemory.Resident(client.Processes[0]);
        string[] services = [MeshUnderTest.Hot, .. Enumerable.Range(0, mesh.Services).Select(MeshUnderTest.NameOf)];
        long start = Stopwatch.GetTimestamp();
        ClientReport report = await AskAsync(services, mesh.Endpoints, settles: true);
        string variant = $"{services.Length} services, {report.Endpoints} endpoints";
        double memory = ProcessMemory.Resident(client.Processes[0]) / 1048576.0;
        figures.Add(
            "client", variant,
            ("RSS", "MB", memory), ("RSS before", "MB", empty / 1048576.0), ("heap", "MB", report.Managed / 1048576.0),
            ("all known", "s", Stopwatch.GetElapsedTime(start, report.At).TotalSeconds));
        figures.AddTarget($"client, {variant}: RSS", "MB", memory, MostMemory);

        List<double> told = [];
        List<double> applied = [];
        for (int round = 0; round <= plan.Rounds; round++)
        {
            await stage.AskAsync(new SimulatorOrder(SimulatorStep.Begin));
            Task<ClientReport> applying = AskAsync([MeshUnderTest.Hot], largest + round + 1, settles: false);
            long begun = (await stage.AskAsync(Fleet.Arrival)).At;
            long first = (await stage.AskAsync(new SimulatorOrder(SimulatorStep.AwaitSeen))).Firsts[0];
            long at = (await applying).At;
            told.Add(Stopwatch.GetElapsedTime(begun, first).TotalMilliseconds);
            applied.Add(Stopwatch.GetElapsedTime(begun, at).TotalMilliseconds);
        }

        // The first one is warm-up.
        figures.Add(
            "client, arrival", $"of {largest} endpoints",
            ("until a simulated client is told", "ms", Median(told[1..])), ("until the client would call it", "ms", Median(applied[1..])));
        figures.AddTarget($"client, arrival of {largest} endpoints: applied after it was told", "ms", Median(applied[1..]) - Median(told[1..]), 10);

        Task<ClientReport> AskAsync(string[] names, int endpoints, bool settles) =>
            client.AskAsync<ClientOrder, ClientReport>(new ClientOrder(names, endpoints, settles));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
