using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>Puts checks of instances into a host. They need the registry.</summary>
internal static class HealthCheckExtensions
{
    /// <param name="services">Of the host.</param>
    /// <param name="ownListeners">Where the server listens, once it does.</param>
    public static IServiceCollection AddInstanceChecks(this IServiceCollection services, Func<IReadOnlyCollection<IPEndPoint>> ownListeners)
    {
        services.AddSingleton(new CheckConnections(ownListeners));
        services.AddSingleton(provider => new CheckSchedule(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.AddSingleton<InstanceChecks>();
        services.AddHostedService<HealthCheckLifetime>();
        return services;
    }
}
