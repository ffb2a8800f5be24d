using Microsoft.Extensions.Hosting;

namespace Mesh.ConfigServer.Hosting;

/// <summary>The server's own host lives as long as it is told: signals are for the process, whose host has its own lifetime.</summary>
internal sealed class OuterLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
