using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ConfigServer.Registry;

/// <summary>Puts the registry into a host. It needs xDS, the <see cref="IMeshStore"/>.</summary>
internal static class RegistryExtensions
{
    public static IServiceCollection AddMeshRegistry(
        this IServiceCollection services, RegistryOptions options, AddressPolicy addresses, IRegistrationStore kept, IReadOnlyList<Registration> known,
        TimeSpan absence)
    {
        services.AddSingleton(options);
        services.AddSingleton(addresses);
        services.AddSingleton(provider => new GracePeriod(options.GracePeriod, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(kept);
        services.AddSingleton<RegistryMetrics>();
        services.AddSingleton(provider =>
        {
            MeshRegistry registry = ActivatorUtilities.CreateInstance<MeshRegistry>(provider);
            registry.Restore(known, absence);
            return registry;
        });
        services.AddSingleton<IRegistrations>(provider => provider.GetRequiredService<MeshRegistry>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LiveMesh>(provider, provider.GetRequiredService<IMeshStore>()));
        services.AddSingleton<IMeshStates>(provider => provider.GetRequiredService<LiveMesh>());
        services.AddSingleton<WithdrawalSpread>();
        services.AddSingleton<RegistryLifetime>();
        services.AddHostedService(provider => provider.GetRequiredService<RegistryLifetime>());
        services.AddSingleton<RegistryEnvironment>();
        services.AddGrpc().AddServiceOptions<RegistryService>(service => service.MaxReceiveMessageSize = options.MaxMessageSize);
        return services;
    }

    public static void MapMeshRegistry(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<RegistryService>();
}
