using System.Diagnostics.Metrics;
using System.Reflection;
using Mesh.Client;
using Mesh.Client.Calls;
using Mesh.Client.HealthChecks;
using Mesh.Client.Hosting;
using Mesh.Client.Identity;
using Mesh.Client.Runtime;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Dns;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Sources.Xds.Cache;
using Mesh.Client.Telemetry;
using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the mesh to a service collection.</summary>
public static class ServiceMeshServiceCollectionExtensions
{
    // The clients of OpenTelemetry's exporters: what tells of the mesh must not depend on it.
    private static readonly string[] s_exporters = ["OtlpTraceExporter", "OtlpMetricExporter", "OtlpLogExporter", "ZipkinExporter"];

    /// <summary>
    /// As <c>builder.AddServiceMesh()</c>, for applications without a host builder. Calling it again is harmless: the first section holds.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The section that holds what <c>Mesh</c> holds in appsettings.json.</param>
    /// <param name="root">
    /// The configuration that the section is part of; null: the one that is registered as <see cref="IConfiguration"/>. It tells which
    /// files the section comes from, without which a list that two files put together is no fault, and a file that breaks or vanishes
    /// while the mesh runs is not told from one that was emptied on purpose.
    /// </param>
    public static IMeshBuilder AddServiceMesh(this IServiceCollection services, IConfigurationSection configuration, IConfiguration? root = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);

        if (services.FirstOrDefault(service => service.ServiceType == typeof(IMeshBuilder))?.ImplementationInstance is IMeshBuilder known)
        {
            return known;
        }

        MeshBuilder builder = new(services);
        services.AddSingleton<IMeshBuilder>(builder);
        AddRuntime(services, configuration, root);
        AddClients(services);
        return builder;
    }

    private static void AddRuntime(IServiceCollection services, IConfigurationSection configuration, IConfiguration? root)
    {
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<TransportOptions>();
        services.TryAddSingleton<ITransportFactory, SocketTransportFactory>();
        services.TryAddSingleton(static provider => new MeshIdentity(
            provider.GetService<IHostEnvironment>()?.ApplicationName ?? Assembly.GetEntryAssembly()?.GetName().Name ?? "unknown"));
        services.AddSingleton(static provider => new CertificateFiles(
            provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CertificateFiles>>()));
        services.AddSingleton(provider => new SettingsMonitor(
            configuration,
            root ?? provider.GetService<IConfiguration>(),
            provider.GetRequiredService<CertificateFiles>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SettingsMonitor>>()));
        services.TryAddSingleton<IHostResolver, SystemHostResolver>();
        services.TryAddSingleton<DnsOptions>();
        services.AddSingleton<NameServers>();
        services.AddSingleton<DnsLookups>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMeshSource, HandlerSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMeshSource, SettingsSource>());
        AddConfigServer(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMeshSource, ServiceDiscoverySource>());
        services.TryAddSingleton<HealthCheckOptions>();
        services.AddSingleton<HealthCheckers>();
        services.AddSingleton<MeshTelemetry>();
        services.TryAddSingleton(IdentitySources.Create);
        services.AddSingleton<MeshRuntime>();
        services.AddSingleton<CallPool>();
        services.AddSingleton(static provider => new Lazy<CallPool>(provider.GetRequiredService<CallPool>));
        services.AddSingleton<IServiceMesh>(static provider => new ServiceMesh(
            provider.GetRequiredService<CallPool>(), provider.GetRequiredService<IMeterFactory>(), provider.GetService<IInboundHalf>()));
        services.AddHostedService<MeshStartup>();
    }

    private static void AddConfigServer(IServiceCollection services)
    {
        services.TryAddSingleton<XdsPacing>();
        services.AddSingleton(static provider => new ResourceCache(
            provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ResourceCache>>()));
        services.AddSingleton<ChannelPool>();
        services.AddSingleton<XdsClient>();
        services.AddSingleton<IMeshSource>(static provider => new XdsSource(
            provider.GetRequiredService<SettingsMonitor>(),
            provider.GetRequiredService<XdsClient>(),
            provider.GetService<BootstrapLocation>()?.Read(),
            provider.GetRequiredService<MeshIdentity>(),
            provider.GetRequiredService<MeshTelemetry>(),
            provider.GetRequiredService<IIdentitySource>()));
    }

    private static void AddClients(IServiceCollection services)
    {
        services.AddHttpClient();

        // The first filter is the last to act: the others, such as the one that gives a primary handler the application's meters, have
        // seen it as it was.
        services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, MeshHandlerFilter>());

        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>, MeshClientTimeout>();
        foreach (string exporter in s_exporters)
        {
            services.Configure<MeshClientOptions>(exporter, static options => options.IsRemoved = true);
        }
    }
}
