using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Interop.Tests.Peers;

/// <summary>A gRPC server that says its name.</summary>
internal sealed class EchoBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoBackend(WebApplication app, string name)
    {
        _app = app;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Host and port.</summary>
    public string Address => new Uri(_app.Urls.Single()).Authority;

    /// <summary>Called before each answer, with the number of the call, from 1. What it throws is the answer.</summary>
    public Func<int, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<EchoBackend> StartAsync(string name)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<EchoService>();
        WebApplication app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        EchoBackend backend = new(app, name);
        app.Services.GetRequiredService<EchoService>().Backend = backend;
        return backend;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class EchoService : Echo.EchoBase
    {
        private int _calls;

        public EchoBackend? Backend { get; set; }

        public override Task<EchoReply> Say(EchoRequest request, ServerCallContext context) => AnswerAsync(context);

        public override Task<EchoReply> Other(EchoRequest request, ServerCallContext context) => AnswerAsync(context);

        private async Task<EchoReply> AnswerAsync(ServerCallContext context)
        {
            await Backend!.Before(Interlocked.Increment(ref _calls), context.CancellationToken);
            return new EchoReply { Backend = Backend.Name };
        }
    }
}
