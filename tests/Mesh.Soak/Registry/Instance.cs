using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Soak.Registry;

/// <summary>A web application that registers.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Instance(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <param name="service">Its name.</param>
    /// <param name="server">The config server.</param>
    /// <param name="time">Its clock; null: the system's.</param>
    public static async Task<Instance> StartAsync(string service, string server, TimeProvider? time = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = service });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Configuration.AddInMemoryCollection([new("Mesh:ConfigServer:Addresses:0", server)]);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddServiceMesh();
        WebApplication app = builder.Build();
        app.Run(static context => context.Response.WriteAsync("here"));
        await app.StartAsync();
        return new Instance(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
