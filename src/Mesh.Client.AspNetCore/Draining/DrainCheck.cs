using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mesh.Client.AspNetCore.Draining;

/// <summary>Tells probes that the process is about to stop.</summary>
internal sealed class DrainCheck(DrainState drain) : IHealthCheck
{
    private static readonly Task<HealthCheckResult> s_serving = Task.FromResult(HealthCheckResult.Healthy());

    private static readonly Task<HealthCheckResult> s_draining = Task.FromResult(HealthCheckResult.Unhealthy("The process is draining: it was told to stop."));

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        drain.IsDraining ? s_draining : s_serving;
}
