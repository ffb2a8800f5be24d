using Mesh.Client;
using Mesh.Client.AspNetCore.Draining;
using Mesh.Client.AspNetCore.Hosting;
using Mesh.Client.AspNetCore.Identity;
using Mesh.Client.AspNetCore.Registration;
using Mesh.Client.AspNetCore.Tls;
using Mesh.Client.Hosting;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the inbound half of the mesh.</summary>
public static class ServiceMeshInboundExtensions
{
    /// <summary>
    /// Looks after the calls that reach this process. Once the web server listens, the config server under <c>Mesh:ConfigServer</c> is told where, again
    /// for as long as the process runs; without one nothing is registered. When the host stops, the process is withdrawn first, while it still serves;
    /// then connections are closed as their calls end, and what has not ended within <c>Mesh:Inbound:DrainTimeout</c> is cut. The health check
    /// <c>mesh-draining</c>, with the tag <c>ready</c>, fails from the moment the host is told to stop. Calling it again is harmless.
    /// </summary>
    /// <param name="mesh">What <c>AddServiceMesh()</c> hands out.</param>
    public static IMeshBuilder AddInbound(this IMeshBuilder mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);

        IServiceCollection services = mesh.Services;
        if (services.Any(service => service.ServiceType == typeof(IInboundHalf)))
        {
            return mesh;
        }

        services.AddSingleton<Registrar>();
        services.AddSingleton<IInboundHalf>(static provider => provider.GetRequiredService<Registrar>());
        services.TryAddSingleton<IInboundPolicySource, ConfigServerPolicy>();
        services.AddSingleton<DrainState>();
        services.AddSingleton<IStartupFilter, DrainingAnswers>();
        services.AddHealthChecks().AddCheck<DrainCheck>("mesh-draining", tags: ["ready"]);
        services.AddSingleton<InboundTelemetry>();
        services.AddSingleton<TlsHandshake>();
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<ListenerTls>();
        services.AddSingleton<Listeners>();

        // The first to configure: listeners that the application's own code adds are seen, too, and where it has endpoint defaults of its own, those hold.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>>(static provider => provider.GetRequiredService<Listeners>()));
        // Before the application's own, which may believe what headers say of the caller.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, PeerUser>());
        services.AddHostedService<InboundLifetime>();
        return mesh;
    }
}
