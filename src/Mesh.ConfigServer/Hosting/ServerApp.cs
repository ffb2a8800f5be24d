using Mesh.ConfigServer.Rest;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
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
        ServerSettings settings, Listeners listeners, IMeshStore store, ILoggerFactory loggers, TimeProvider time)
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
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<IMeshStates>(store);
        builder.Services.AddRouting();
        builder.Services.AddMeshRest();
        builder.Services.AddMeshXds(options =>
        {
            options.MaxStreams = settings.MaxStreams;
            options.MaxStreamAge = settings.MaxStreamAge;
        });

        WebApplication app = builder.Build();
        app.Use(ServedOn.Check);
        app.UseWhen(context => ListenerFeature.Of(context).Listener == Listener.Http, UseRest);
        app.MapGroup("").WithMetadata(new ServedOn(Listener.Http)).MapMeshRest();
        app.MapGroup("").WithMetadata(new ServedOn(Listener.Xds)).MapMeshXds(settings.ServesClientStatus);
        return app;
    }

    private static void UseRest(IApplicationBuilder app)
    {
        app.UseRequestMetrics();
        app.UseMeshHeaders();
        app.UseProblems();
        app.Use((context, next) => ListenerFeature.Of(context).IsLoopback
            ? HostGuard.Check(context, next) : next(context));
    }
}
