using Mesh.Client.Calls;
using Mesh.Client.Runtime;
using Mesh.Model;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Hosting;

/// <summary>
/// Begins the mesh before any other service of the host, so that faulty settings end the start, and waits a while for the services that the
/// process needs.
/// </summary>
internal sealed class MeshStartup(Lazy<CallPool> calls) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        MeshRuntime runtime = calls.Value.Runtime;
        MeshSettings settings = runtime.Settings.Settings;
        Task decided = Task.WhenAll(settings.Upstreams.Select(name => runtime.GetOrAdd(name).WhenDecided(isAsync: true, cancellationToken)));
        try
        {
            await decided.WaitAsync(settings.ConfigServer.FirstCallTimeout, runtime.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The host starts without them: what is known by then holds.
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
