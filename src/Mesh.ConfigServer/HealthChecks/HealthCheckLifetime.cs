using Microsoft.Extensions.Hosting;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>Checks begin when the server has its addresses, at which it asks nobody, and end before it stops.</summary>
internal sealed class HealthCheckLifetime(InstanceChecks checks) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        checks.Start();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        checks.Dispose();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
