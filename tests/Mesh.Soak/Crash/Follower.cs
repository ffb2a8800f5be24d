using System.Globalization;
using Mesh.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Soak.Crash;

/// <summary>A client that follows the config server over xDS, and looks all the time how far it is.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _looking;

    private Follower(IHost host)
    {
        _host = host;
        _looking = Task.Run(LookAsync);
    }

    /// <summary>Each state that came after a newer one.</summary>
    public List<string> WentBack { get; } = [];

    /// <summary>How many states were seen.</summary>
    public int States { get; private set; }

    /// <summary>How often it was connected.</summary>
    public int Connections => Log.Count("ConfigServerConnected");

    /// <summary>How often a server was older than what had been seen.</summary>
    public int Behind => Log.Count("ConfigServerBehind");

    public string? State => _host.Services.GetRequiredService<IServiceMesh>().Describe().ConfigServer?.State;

    private EventCounts Log => _host.Services.GetRequiredService<EventCounts>();

    public static async Task<Follower> StartAsync(string server, IEnumerable<string> services)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "follower" });
        builder.Configuration.AddInMemoryCollection([
            new("Mesh:ConfigServer:Addresses:0", server),
            .. services.Select((service, i) => new KeyValuePair<string, string?>($"Mesh:Upstreams:{i}", service))]);
        builder.AddServiceMesh();
        EventCounts counts = new();
        builder.Services.AddSingleton(counts);
        builder.Logging.AddProvider(counts);
        IHost host = builder.Build();
        await host.StartAsync();
        return new Follower(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        await _host.StopAsync();
        _host.Dispose();
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        (long Epoch, long Generation) newest = default;
        while (!_stop.IsCancellationRequested)
        {
            if (State is { } state)
            {
                long[] parts = [.. state.Split('.').Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
                int order = (parts[0], parts[1]).CompareTo(newest);
                States += order > 0 ? 1 : 0;
                if (order < 0)
                {
                    WentBack.Add($"{state} after {newest.Epoch}.{newest.Generation}");
                }

                newest = (parts[0], parts[1]);
            }

            await Task.Delay(2).ConfigureAwait(false);
        }
    }
}
