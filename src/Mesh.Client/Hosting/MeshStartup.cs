using Mesh.Client.Calls;
using Mesh.Client.Runtime;
using Mesh.Model;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Hosting;

/// <summary>
/// Begins the mesh before any other service of the host, so that faulty settings end the start, and waits a while for the config server,
/// for the identity and for the services that the process needs.
/// </summary>
internal sealed class MeshStartup(Lazy<CallPool> calls, IMeshBuilder mesh) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        MeshRuntime runtime = calls.Value.Runtime;
        MeshSettings settings = runtime.Settings.Settings;
        InboundCheck.Check(mesh.Services, settings);
        using CancellationTokenSource patience = new(Timeout.InfiniteTimeSpan, runtime.Time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            Task ready = Task.WhenAll(runtime.Ready.WaitAsync(over.Token), runtime.IdentitySource.FirstTry.WaitAsync(over.Token), DecideAsync(runtime, settings.Upstreams, over.Token));
            patience.CancelAfter(settings.ConfigServer.FirstCallTimeout);
            await ready.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The host starts without them: what is known by then holds.
        }
    }

    private static async Task DecideAsync(MeshRuntime runtime, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        MeshedService[] upstreams = [.. names.Select(runtime.GetOrAdd)];
        await Task.WhenAll(upstreams.Select(Decided)).ConfigureAwait(false);

        // Where their routes lead, calls go, too; the routes of those do not count.
        IEnumerable<string> targets = upstreams.SelectMany(service => service.Rules.Settings.Routes)
            .SelectMany(route => route.To).Select(target => target.Service).OfType<string>();
        await Task.WhenAll(targets.Select(runtime.GetOrAdd).Distinct().Select(Decided)).ConfigureAwait(false);

        Task Decided(MeshedService service) => service.WhenDecided(isAsync: true, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
