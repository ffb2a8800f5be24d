using Mesh.Client.Identity;
using Mesh.Client.Sources;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Mesh.Model.Documents;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Hosting;

/// <summary>Who gives this process its identity, by the settings it starts with.</summary>
internal static class IdentitySources
{
    /// <exception cref="MeshConfigurationException">The settings are too trusting for where the process runs.</exception>
    public static IIdentitySource Create(IServiceProvider services)
    {
        IIdentitySource source = Choose(services);
        services.GetRequiredService<MeshTelemetry>().ObserveIdentity(
            services.GetRequiredService<TimeProvider>(), () => source.Current?.NotAfter);
        return source;
    }

    private static IIdentitySource Choose(IServiceProvider services)
    {
        IHostEnvironment? host = services.GetService<IHostEnvironment>();
        string folder = host?.ContentRootPath ?? Directory.GetCurrentDirectory();
        SettingsMonitor monitor = services.GetRequiredService<SettingsMonitor>();
        MeshTelemetry telemetry = services.GetRequiredService<MeshTelemetry>();
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        MeshSettings settings = monitor.Current.Settings;
        ConfigServerSettings servers = settings.ConfigServer;
        if (settings.Identity.Directory is { } directory)
        {
            return new FileIdentity(
                Path.GetFullPath(directory, folder), telemetry.CountRenewal, time, services.GetRequiredService<ILogger<FileIdentity>>());
        }

        Check(servers, host);
        bool isSecure = servers.Addresses.Any(ConfigServerSchema.IsSecure);
        if (services.GetService<BootstrapLocation>() is not null || !(isSecure || servers.Addresses.Any(address => new Uri(address).IsLoopback)))
        {
            return new NoIdentity();
        }

        ILogger<ConfigServerIdentity> logger = services.GetRequiredService<ILogger<ConfigServerIdentity>>();
        MeshIdentity self = services.GetRequiredService<MeshIdentity>();
        return new ConfigServerIdentity(
            new SigningClient(() => monitor.Current.Settings.ConfigServer, () => self.By(monitor.Current.Settings), folder, time),
            isSecure,
            isSecure && servers.CacheDirectory is { } cache
                ? new IdentityStore(Path.GetFullPath(cache, folder), self.By(settings), servers.Addresses, time, logger) : null,
            services.GetRequiredService<XdsPacing>().Random,
            telemetry.CountRenewal,
            time,
            logger);
    }

    // Over http nobody asks for a token: one that is there was meant for another server.
    private static void Check(ConfigServerSettings servers, IHostEnvironment? host)
    {
        if ((servers.JoinToken ?? servers.JoinTokenFile) is not null
            && host?.IsDevelopment() is not true
            && servers.Addresses.FirstOrDefault(address => !ConfigServerSchema.IsSecure(address)) is { } open)
        {
            throw new MeshConfigurationException([new DocumentFault(
                "Mesh:ConfigServer:Addresses",
                $"'{open}' is plain http, over which no join token is sent outside Development: give the server's https address (port 15012 unless said otherwise), or take the token away.")]);
        }
    }
}
