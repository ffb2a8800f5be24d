using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.ConfigServer.Hosting;

/// <summary>
/// Runs the config server inside an application: it comes before the application's own services, which may be its clients, and goes after
/// them.
/// </summary>
internal sealed class ConfigServerService(
    IOptions<MeshConfigServerOptions> options, IHostEnvironment environment, ILoggerFactory loggers, TimeProvider? time = null)
    : IHostedLifecycleService, IMeshConfigServer, IAsyncDisposable
{
    private MeshConfigServer? _server;

    public string? Xds => _server?.Addresses.Xds;

    public string? XdsTls => _server?.Addresses.XdsTls;

    public string? Http => _server?.Addresses.Http;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        ServerSettings settings = ServerSettings.Read(options.Value, environment.IsDevelopment(), environment.ContentRootPath);
        _server = await MeshConfigServer.StartAsync(
            settings, loggers, time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _server?.AnnounceStop();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
