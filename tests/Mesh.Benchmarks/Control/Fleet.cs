namespace Mesh.Benchmarks.Control;

/// <summary>What a mesh is filled with.</summary>
internal static class Fleet
{
    /// <summary>What each client subscribes to besides the service that changes.</summary>
    private const int OthersEach = 4;

    private const string Hot = "hot";

    /// <summary>Instances for all services: so many for the one that changes, and for the others the same number each.</summary>
    public static async Task FillAsync(ControlStage stage, ControlPlan plan, int hot)
    {
        int each = Math.Max(1, (plan.Endpoints - hot) / plan.Services);
        await stage.AskAsync(new RegistrarOrder(RegistrarStep.Fill, "service", each) { Services = plan.Services });
        await AddAsync(stage, hot);
    }

    /// <summary>Instances of the service that changes alone.</summary>
    public static Task AddAsync(ControlStage stage, int hot) => stage.AskAsync(new RegistrarOrder(RegistrarStep.Add, Hot, hot));

    /// <summary>Clients that all depend on the service that changes.</summary>
    /// <exception cref="InvalidOperationException">Not all came to be in sync.</exception>
    public static async Task ConnectAsync(ControlStage stage, ControlPlan plan, int clients, int group = 0)
    {
        SimulatorReport report = await stage.AskAsync(new SimulatorOrder(SimulatorStep.Connect)
        {
            Group = group,
            Clients = clients,
            Shared = [MeshUnderTest.Hot],
            Others = [.. Enumerable.Range(0, plan.Services).Select(MeshUnderTest.NameOf)],
            OthersEach = OthersEach,
            WithinSeconds = 120,
        });
        if (report.InSync != clients)
        {
            throw new InvalidOperationException($"Only {report.InSync} of {clients} clients came to be in sync.");
        }
    }

    /// <summary>Clients that depend on other services alone.</summary>
    public static Task ConnectOthersAsync(ControlStage stage, ControlPlan plan, int clients, int group) => stage.AskAsync(new SimulatorOrder(SimulatorStep.Connect)
    {
        Group = group,
        Clients = clients,
        Others = [.. Enumerable.Range(0, plan.Services).Select(MeshUnderTest.NameOf)],
        OthersEach = OthersEach,
    });

    public static RegistrarOrder Arrival { get; } = new(RegistrarStep.Add, Hot);

    public static RegistrarOrder Withdrawal { get; } = new(RegistrarStep.Withdraw, Hot);

    public static RegistrarOrder Loss { get; } = new(RegistrarStep.Cut, Hot);
}
