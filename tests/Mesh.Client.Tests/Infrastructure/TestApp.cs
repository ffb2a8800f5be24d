using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>An application that adds the mesh itself, so that the order of what it registers is the test's.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly IHost _host;

    private TestApp(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public FakeLogCollector Logs => Services.GetFakeLogCollector();

    public IServiceMesh Mesh => Services.GetRequiredService<IServiceMesh>();

    /// <param name="configure">Registers everything, the mesh included.</param>
    /// <param name="name">The application's name.</param>
    public static async Task<TestApp> StartAsync(Action<HostApplicationBuilder> configure, string name = "web")
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = name });
        builder.Logging.AddFakeLogging();
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        configure(builder);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new TestApp(host);
    }

    /// <summary>A client of the factory.</summary>
    public HttpClient Client(string name = "") => Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
