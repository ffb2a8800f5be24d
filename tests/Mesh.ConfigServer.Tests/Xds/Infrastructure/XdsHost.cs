using System.Diagnostics.Metrics;
using System.Net;
using Grpc.Net.Client;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Xds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>A server of xDS on a real port.</summary>
internal sealed class XdsHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private XdsHost(WebApplication app, FakeStates states, FakeEncoder encoder) => (_app, States, Encoder) = (app, states, encoder);

    public FakeStates States { get; }

    public FakeEncoder Encoder { get; }

    public Uri Address { get; private set; } = null!;

    public IXdsClients Clients => _app.Services.GetRequiredService<IXdsClients>();

    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public FakeLogCollector Logs => _app.Services.GetFakeLogCollector();

    public static async Task<XdsHost> StartAsync(
        FakeStates states, Action<XdsOptions>? configure = null, TimeProvider? time = null, IResourceEncoder? encoder = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        FakeEncoder fake = new();
        builder.Logging.AddFakeLogging().SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.CutWhenDrained();
            }));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IMeshStates>(states);
        builder.Services.AddSingleton(encoder ?? fake);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddMeshXds(options =>
        {
            options.ServerId = "server-1";
            options.DrainTime = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        WebApplication app = builder.Build();
        app.MapMeshXds();
        app.MapClientStatus();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new XdsHost(app, states, fake)
        {
            Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        };
    }

    /// <summary>A channel with connections of its own.</summary>
    public GrpcChannel Channel()
    {
        GrpcChannel channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
        });
        lock (_channels)
        {
            _channels.Add(channel);
        }

        return channel;
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        await _app.DisposeAsync();
    }
}
