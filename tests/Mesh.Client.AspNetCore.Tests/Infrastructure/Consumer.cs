using Mesh.Client.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>A process that calls others.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private readonly IHost _host;

    private Consumer(IHost host) => _host = host;

    public IServiceMesh Mesh => _host.Services.GetRequiredService<IServiceMesh>();

    /// <summary>One that knows of services from its config server alone.</summary>
    public static Task<Consumer> StartAsync(string server) => StartAsync(("Mesh:ConfigServer:Addresses:0", server), ("Mesh:Upstreams", "catalog"));

    public static Task<Consumer> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(null, settings);

    /// <param name="identity">Who it is; null: whoever the settings make it.</param>
    /// <param name="settings">All of them.</param>
    public static async Task<Consumer> StartAsync(IIdentitySource? identity, params (string Key, string? Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "web" });
        builder.Configuration.AddPairs(settings);
        builder.AddServiceMesh();
        builder.Services.AddHttpClient("test");
        if (identity is not null)
        {
            builder.Services.AddSingleton(identity);
        }

        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new Consumer(host);
    }

    public HttpClient Client() => _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    /// <summary>The addresses at which it would call catalog.</summary>
    public IEnumerable<string> Catalog => Mesh.Describe().Services.SelectMany(service => service.Endpoints).Select(endpoint => endpoint.Address);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
