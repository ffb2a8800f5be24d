extern alias server;

using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.Model.Xds.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>A config server's registry on a real socket: good by itself, and anything else when the test tells it to.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RegistryServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public int Port => new Uri(Address).Port;

    /// <summary>What it does with a stream.</summary>
    public Func<RegistryStream, Task> Script { get; set; } = static stream => stream.BeGoodAsync();

    public ConcurrentQueue<RegistryStream> Streams { get; } = new();

    public RegistryStream Last => Streams.Last();

    /// <summary>Where it sees streams come from, for those that leave their host out.</summary>
    public string Peer { get; set; } = "10.0.0.9";

    /// <summary>Until a stream, counted from 1, has this many messages of a kind.</summary>
    public async Task<RegistryStream> Heard(int stream, RegisterRequest.MessageOneofCase kind, int times = 1)
    {
        await Eventually.Holds(() => Streams.Count >= stream && Streams.ElementAt(stream - 1).Requests.Count(request => request.MessageCase == kind) >= times);
        return Streams.ElementAt(stream - 1);
    }

    public static async Task<RegistryServer> StartAsync(int port = 0, IPAddress? address = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        RegistryServer registry = null!;
        builder.Services.AddSingleton(_ => registry);
        WebApplication app = builder.Build();
        app.MapGrpcService<Service>();
        registry = new RegistryServer(app);
        await app.StartAsync();
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private sealed class Service(RegistryServer registry) : server::Mesh.Model.Xds.Wire.Registry.RegistryBase
    {
        public override async Task Register(
            IAsyncStreamReader<RegisterRequest> requestStream, IServerStreamWriter<RegisterResponse> responseStream, ServerCallContext context)
        {
            RegistryStream stream = new(requestStream, responseStream, context) { Peer = registry.Peer };
            registry.Streams.Enqueue(stream);
            try
            {
                await registry.Script(stream);
            }
            finally
            {
                stream.IsOver = true;
            }
        }
    }
}

/// <summary>One stream of a process.</summary>
internal sealed class RegistryStream(IAsyncStreamReader<RegisterRequest> requests, IServerStreamWriter<RegisterResponse> responses, ServerCallContext context)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<RegisterRequest> Requests { get; } = new();

    public IReadOnlyList<Wire.Registration> Registrations => [.. Requests.Select(request => request.Registration).OfType<Wire.Registration>()];

    public Wire.Registration Registration => Registrations[^1];

    public bool IsOver { get; set; }

    public string Peer { get; init; } = "";

    /// <summary>How often a good server wants to hear of the process.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Until then a good server does not confirm a withdrawal.</summary>
    public TaskCompletionSource Spread { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends it as the server's own wish.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>Ends it as a failure.</summary>
    public void Fail(StatusCode status, string detail) => _end.TrySetException(new RpcException(new global::Grpc.Core.Status(status, detail)));

    public async Task BeGoodAsync(bool spreadsAtOnce = true)
    {
        if (spreadsAtOnce)
        {
            Spread.TrySetResult();
        }

        await await Task.WhenAny(ServeAsync(), _end.Task);
    }

    /// <summary>Reads one message.</summary>
    public async Task<RegisterRequest?> ReadAsync()
    {
        if (!await requests.MoveNext(context.CancellationToken))
        {
            return null;
        }

        Requests.Enqueue(requests.Current);
        return requests.Current;
    }

    public Task RegisteredAsync() => responses.WriteAsync(new RegisterResponse
    {
        Registered = new()
        {
            Epoch = Registration.Epoch,
            Addresses = { Registration.Addresses.Select(address => $"{address.Scheme.ToString().ToLowerInvariant()}://{(address.Host.Length == 0 ? Peer : address.Host)}:{address.Port}") },
            KeepAliveInterval = KeepAliveInterval.ToDuration(),
            Ttl = (KeepAliveInterval * 3).ToDuration(),
        },
    });

    private async Task ServeAsync()
    {
        while (await ReadAsync() is { } request)
        {
            if (request.Registration is not null)
            {
                await RegisteredAsync();
            }
            else if (request.Withdrawal is not null)
            {
                await Spread.Task.WaitAsync(context.CancellationToken);
                await responses.WriteAsync(new RegisterResponse { Withdrawn = new() { Clients = 3, Behind = 1 } });
                return;
            }
        }
    }
}
