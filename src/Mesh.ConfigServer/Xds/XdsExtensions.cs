using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mesh.ConfigServer.Xds;

/// <summary>Puts xDS into a host. It needs an <see cref="State.IMeshStates"/>.</summary>
internal static class XdsExtensions
{
    public static IServiceCollection AddMeshXds(this IServiceCollection services, Action<XdsOptions>? configure = null)
    {
        XdsOptions options = new();
        configure?.Invoke(options);
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IResourceEncoder, CodecEncoder>();
        services.AddSingleton<XdsMetrics>();
        services.AddSingleton<MeshBroadcast>();
        services.AddSingleton<XdsSessions>();
        services.AddSingleton<IXdsClients>(provider => provider.GetRequiredService<XdsSessions>());
        services.AddSingleton<InitialSyncs>();
        services.AddSingleton<StreamRunner>();
        services.AddHostedService<XdsLifetime>();
        services.AddGrpc().AddServiceOptions<AdsService>(service => service.MaxReceiveMessageSize = options.MaxRequestSize);
        return services;
    }

    public static void MapMeshXds(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<AdsService>();

    /// <summary>Lets all who may subscribe also ask what others have (CSDS).</summary>
    public static void MapClientStatus(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<ClientStatusService>();
}
