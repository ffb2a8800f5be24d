using Mesh.Client.Calls;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Hosting;

/// <summary>Begins the mesh before any other service of the host, so that faulty settings end the start.</summary>
internal sealed class MeshStartup(Lazy<CallPool> calls) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = calls.Value;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
