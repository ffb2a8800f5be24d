using Mesh.Benchmarks.Reporting;

namespace Mesh.Benchmarks.Control;

/// <summary>
/// What a config server costs, and how soon its clients know of changes. Server, clients and instances of services are processes of their
/// own on this machine; each client has its own TCP connection.
/// </summary>
internal static class ControlSuite
{
    private static readonly (string Name, Func<ControlPlan, ControlFigures, Task> Run)[] s_scenarios =
    [
        ("memory", MemoryScenario.RunAsync), ("change", ChangeScenario.RunAsync), ("loss", LossScenario.RunAsync), ("curve", CurveScenario.RunAsync),
        ("restart", RestartScenario.RunAsync), ("client", ClientScenario.RunAsync),
    ];

    public static async Task<int> RunAsync(Arguments arguments)
    {
        (string Name, Func<ControlPlan, ControlFigures, Task> Run)[] wanted =
            [.. s_scenarios.Where(scenario => arguments.Only is not { } only || scenario.Name.Contains(only, StringComparison.Ordinal))];
        if (wanted.Length == 0)
        {
            Console.Error.WriteLine($"No scenario's name contains '{arguments.Only}': there are {string.Join(", ", s_scenarios.Select(scenario => scenario.Name))}.");
            return 2;
        }

        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("The memory of processes is read as Linux tells it: the suite runs there alone.");
            return 2;
        }

        ControlPlan plan = arguments.Quick ? ControlPlan.Quick : ControlPlan.Full;
        ControlFigures figures = new();
        Console.WriteLine($"{plan.Services} services, {plan.Endpoints} endpoints, on {Environment.ProcessorCount} cores that all processes share.\n");
        foreach ((_, Func<ControlPlan, ControlFigures, Task> run) in wanted)
        {
            await run(plan, figures);
        }

        Console.WriteLine();
        TargetTable.Write(figures.Targets, Console.Out);
        if (arguments.JsonFile is { } file)
        {
            JsonReport.Write(file, figures.Entries);
        }

        return 0;
    }
}
