using Mesh.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Soak.Registry;

/// <summary>A client that follows services.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private readonly IHost _host;

    private Watcher(IHost host) => _host = host;

    /// <summary>Where it would call a service: of each the port, and whether it is called first.</summary>
    public (int Port, bool IsFirst)[] Of(string service) =>
    [
        .. _host.Services.GetRequiredService<IServiceMesh>().Describe().Services.Where(one => one.Name.Split('.')[0] == service)
            .SelectMany(one => one.Endpoints).Select(endpoint => (new Uri(endpoint.Address.Contains("//", StringComparison.Ordinal) ? endpoint.Address : "http://" + endpoint.Address).Port, endpoint.Priority == 0)).Order(),
    ];

    /// <summary>How many endpoints it knows, of all services.</summary>
    public int Endpoints => _host.Services.GetRequiredService<IServiceMesh>().Describe().Services.Sum(service => service.Endpoints.Count);

    public static async Task<Watcher> StartAsync(string server, IEnumerable<string> services)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "watcher" });
        builder.Configuration.AddInMemoryCollection([new("Mesh:ConfigServer:Addresses:0", server), new("Mesh:Upstreams", string.Join(',', services))]);
        builder.AddServiceMesh();
        IHost host = builder.Build();
        await host.StartAsync();
        return new Watcher(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
