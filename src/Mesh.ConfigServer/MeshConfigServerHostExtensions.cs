using Mesh.Client;
using Mesh.ConfigServer;
using Mesh.ConfigServer.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds a mesh's config server to an application.</summary>
public static class MeshConfigServerHostExtensions
{
    /// <summary>
    /// Hosts a config server inside the application: on listeners of its own, before the application's services start and until they have
    /// stopped. The application's own server, middleware and endpoints are not touched. <see cref="IMeshConfigServer"/> has the addresses.
    /// Calling it again adds to the options.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Sets addresses, directories and limits.</param>
    /// <exception cref="MeshConfigurationException">Thrown at the host's start, with every fault of the options.</exception>
    /// <exception cref="IOException">Thrown at the host's start, where an address or a directory cannot be had.</exception>
    public static TBuilder AddMeshConfigServer<TBuilder>(this TBuilder builder, Action<MeshConfigServerOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddOptions<MeshConfigServerOptions>().Configure(options => configure?.Invoke(options));
        builder.Services.TryAddSingleton<ConfigServerService>();
        builder.Services.TryAddSingleton<IMeshConfigServer>(services => services.GetRequiredService<ConfigServerService>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConfigServerService>(
            services => services.GetRequiredService<ConfigServerService>()));
        return builder;
    }
}
