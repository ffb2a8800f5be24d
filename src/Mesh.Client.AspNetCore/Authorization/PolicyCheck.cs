using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.AspNetCore.Registration;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Model;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mesh.Client.AspNetCore.Authorization;

/// <summary>Tells probes that nobody is let in, for it is not known who may be, or cannot be enforced.</summary>
internal sealed class PolicyCheck(InboundPolicyMonitor policy, Listeners listeners, IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        policy.Current is { Table: null } ? HealthCheckResult.Unhealthy($"It is not known who may call this process. {policy.Trouble}".TrimEnd())
        : NotGuarded() is { } port ? HealthCheckResult.Unhealthy($"Policies of the mesh ask for TLS at port {port}, and the mesh does not guard it. {StrictCheck.Remedy}")
        : HealthCheckResult.Healthy(policy.Trouble));

    private int? NotGuarded()
    {
        if (services.GetService<IServer>() is not { } server || StrictCheck.IsOfTests(server))
        {
            return null;
        }

        IEnumerable<string> addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Where(address => !StrictCheck.IsGuardable(server) || listeners.ProtocolsOf(address) is null)
            .Select(address => (int?)BindingAddress.Parse(address).Port)
            .FirstOrDefault(port => policy.Current.TlsOf(port!.Value) == InboundTls.Strict);
    }
}
