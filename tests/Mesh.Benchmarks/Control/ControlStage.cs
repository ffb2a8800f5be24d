using System.Net;
using System.Net.Sockets;
using Mesh.Benchmarks.EndToEnd;
using Mesh.ConfigServer;

namespace Mesh.Benchmarks.Control;

/// <summary>A config server with its mesh, the instances of its services, and processes that play its clients.</summary>
internal sealed class ControlStage : IAsyncDisposable
{
    private const int Simulators = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-control-");
    private readonly string _xds = $"127.0.0.1:{FreePort()}";
    private readonly string _http = $"127.0.0.1:{FreePort()}";
    private readonly List<Child> _simulators = [];
    private readonly TimeSpan _ttl;
    private Child? _server;

    private ControlStage(TimeSpan? ttl) => _ttl = ttl ?? new MeshConfigServerOptions().RegistrationTtl;

    public MeshUnderTest Mesh { get; private set; } = null!;

    public Child Instances { get; private set; } = null!;

    public int ServerProcess => _server!.Processes[0];

    public string Xds => _xds;

    /// <summary>A mesh of so many services; instances fill it, where their documents do not list endpoints.</summary>
    public static async Task<ControlStage> StartAsync(int services, int listed = 0, TimeSpan? ttl = null)
    {
        ControlStage stage = new(ttl);
        try
        {
            await stage.StartServerAsync();
            stage.Mesh = new MeshUnderTest(stage._http);
            await stage.Mesh.ApplyAsync(services, listed);
            stage.Instances = await Child.StartAsync(ControlPrograms.InstancesAt(stage._xds));
            for (int i = 0; i < Simulators; i++)
            {
                stage._simulators.Add(await Child.StartAsync(ControlPrograms.ClientsOf(stage._xds)));
            }

            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async Task StartServerAsync() => _server = await Child.StartAsync(ControlPrograms.ServerAt(Path.Combine(_folder.FullName, "data"), _xds, _http, _ttl));

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillServerAsync()
    {
        await _server!.KillAsync();
        await _server.DisposeAsync();
    }

    public Task<RegistrarReport> AskAsync(RegistrarOrder order) => Instances.AskAsync<RegistrarOrder, RegistrarReport>(order);

    /// <summary>Asks all simulators the same, and puts their answers together.</summary>
    public async Task<SimulatorReport> AskAsync(SimulatorOrder order)
    {
        SimulatorReport[] reports = await Task.WhenAll(_simulators.Select(
            simulator => simulator.AskAsync<SimulatorOrder, SimulatorReport>(order with { Clients = order.Clients / Simulators, PerSecond = order.PerSecond / Simulators })));
        return new SimulatorReport(
            reports.Sum(report => report.Clients), reports.Sum(report => report.InSync), [.. reports.SelectMany(report => report.Firsts).Order()],
            reports.Sum(report => report.Messages), reports.Sum(report => report.Bytes));
    }

    /// <summary>What the server has resident, without garbage.</summary>
    public async Task<long> ServerMemoryAsync()
    {
        await _server!.AskAsync<string, long>("settle");
        return ProcessMemory.Resident(ServerProcess);
    }

    public TimeSpan ServerTime() => ProcessClock.Read(ServerProcess);

    public TimeSpan SimulatorTime() => new(_simulators.Sum(simulator => ProcessClock.Read(simulator.Processes[0]).Ticks));

    public async ValueTask DisposeAsync()
    {
        Mesh?.Dispose();
        foreach (Child? child in (Child?[])[.. _simulators, Instances, _server])
        {
            await (child?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
