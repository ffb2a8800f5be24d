using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.HealthChecks;
using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Rest;
using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>The server as a web application of its own: nothing of the environment's or of an application's around it gets in.</summary>
internal static class ServerApp
{
    public static WebApplication Build(
        ServerSettings settings, Listeners listeners, OpenedStore store, ILoggerFactory loggers, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ServerApp).Assembly.GetName().Name,
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(listeners.Configure);
        builder.Services.Configure<SocketTransportOptions>(listeners.Configure);

        // How long the stop may take is up to whoever asks for it.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton<ILoggerFactory>(new OuterLoggers(loggers));
        builder.Services.AddSingleton<IHostLifetime, OuterLifetime>();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(store.Store);
        builder.Services.AddRouting();
        builder.Services.AddMeshRest();
        builder.Services.AddMeshXds(options =>
        {
            options.MaxStreams = settings.MaxStreams;
            options.MaxStreamAge = settings.MaxStreamAge;
        });

        // After xDS, so that it stops before: who withdraws then is not told that all clients know.
        builder.Services.AddMeshRegistry(
            new RegistryOptions
            {
                IsOpen = settings.IsDevelopment, TrustDomain = store.Authority?.Bundle.TrustDomain, Ttl = settings.RegistrationTtl, IsNew = store.IsNew,

                // Where nobody may register, none can come back.
                GracePeriod = settings.TakesRegistrations ? settings.GracePeriod : TimeSpan.Zero,
            },
            new AddressPolicy(settings.AddressRanges, settings.NameOf(nameof(MeshConfigServerOptions.AddressRanges))),
            store.Kept, settings.TakesRegistrations ? store.Known : [], store.Absence);
        builder.Services.AddInstanceChecks(() => listeners.EndPoints);
        if (store.Authority is { } authority)
        {
            builder.Services.AddMeshAuthority(authority, store.Database!, trustsLoopback: settings.IsDevelopment);
            builder.Services.AddSingleton<CheckTls>();
        }

        if (settings.HttpTls is { } httpTls)
        {
            builder.Services.AddSingleton(provider => new HttpCertificate(httpTls, provider.GetRequiredService<ILogger<HttpCertificate>>()));
        }

        builder.Services.AddSingleton(settings.Access);
        if (store.Database is { } database)
        {
            builder.Services.AddSingleton(database);
            builder.Services.AddSingleton<AccessTokens>();
        }

        WebApplication app = builder.Build();
        app.Use(ServedOn.Check);
        app.UseWhen(context => ListenerFeature.Of(context).Listener == Listener.Http, UseRest);
        app.MapGroup("").WithMetadata(new ServedOn(Listener.Http)).MapMeshRest();
        RouteGroupBuilder xds = app.MapGroup("").WithMetadata(new ServedOn(Listener.Xds, Listener.XdsTls));
        xds.MapMeshXds();
        xds.MapMeshRegistry();
        if (store.Authority is not null)
        {
            xds.MapMeshAuthority();
        }

        if (settings.ServesClientStatus)
        {
            app.MapGroup("").WithMetadata(new ServedOn(Listener.Xds)).MapClientStatus();
        }

        return app;
    }

    private static void UseRest(IApplicationBuilder app)
    {
        app.UseRequestMetrics();
        app.UseMeshHeaders();
        app.UseSecureHeaders();
        app.UseProblems();
        app.Use(app.ApplicationServices.GetRequiredService<RefusedWrites>().Watch);
        app.Use((context, next) => ListenerFeature.Of(context).IsLoopback
            ? HostGuard.Check(context, next) : next(context));
        app.Use(OriginGuard.Check);
        app.Use(app.ApplicationServices.GetRequiredService<AccessGuard>().Check);
    }
}
