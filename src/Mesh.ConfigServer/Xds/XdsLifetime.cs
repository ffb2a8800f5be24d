using Microsoft.Extensions.Hosting;

namespace Mesh.ConfigServer.Xds;

/// <summary>Follows the mesh from before the first stream, and ends the streams before the server stops to listen.</summary>
internal sealed class XdsLifetime(MeshBroadcast broadcast, XdsSessions sessions) : IHostedLifecycleService
{
    // Before anything of the host starts, its listeners included, in whatever order they were added.
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        broadcast.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => sessions.DrainAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
