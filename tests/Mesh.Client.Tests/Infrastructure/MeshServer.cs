using System.Net;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>The config server's own ADS on a real port, over a mesh that the test changes.</summary>
internal sealed class MeshServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MeshServer(WebApplication app, ChangeableState state) => (_app, State, Address) = (app, state, app.Urls.Single());

    public ChangeableState State { get; }

    public string Address { get; }

    public int Port => new Uri(Address).Port;

    public IReadOnlyList<ClientStatus> Clients => _app.Services.GetRequiredService<IXdsClients>().All();

    public static async Task<MeshServer> StartAsync(ChangeableState state, int port = 0, TimeSpan? maxStreamAge = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IMeshStates>(state);
        builder.Services.AddMeshXds(options =>
        {
            options.DrainTime = TimeSpan.Zero;
            options.MaxStreamAge = maxStreamAge ?? options.MaxStreamAge;
        });
        WebApplication app = builder.Build();
        app.MapMeshXds();
        await app.StartAsync();
        return new MeshServer(app, state);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }
}
