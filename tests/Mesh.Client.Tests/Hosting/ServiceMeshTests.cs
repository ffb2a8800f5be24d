using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Grpc.Net.Client;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Hosting;

/// <summary>Clients that no factory makes, and programs without dependency injection.</summary>
public sealed class ServiceMeshTests
{
    [Fact]
    public async Task A_handler_of_the_mesh_calls_services_and_other_hosts()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            builder.AddServiceMesh();
        });
        using HttpClient client = new(app.Mesh.CreateHandler());

        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));
        Assert.Equal("one", await client.GetTextAsync($"http://{backend.Address}/"));
        Assert.Equal("one", client.SendText("http://catalog/"));
    }

    [Fact]
    public async Task What_a_handler_of_the_mesh_sends_to_other_hosts_is_in_the_applications_metrics()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder => builder.AddServiceMesh());
        using MetricCollector<double> calls = new(app.Services.GetRequiredService<IMeterFactory>(), "System.Net.Http", "http.client.request.duration");
        using HttpClient client = new(app.Mesh.CreateHandler());

        Assert.Equal("one", await client.GetTextAsync($"http://{backend.Address}/"));

        Assert.Equal("127.0.0.1", Assert.Single(calls.GetMeasurementSnapshot()).Tags["server.address"]);
    }

    [Fact]
    public async Task A_gRPC_channel_of_ones_own_calls_a_service()
    {
        await using Backend pricing = await Backend.StartGrpcAsync("pricing", new PricingService());
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:pricing:Endpoints:0", pricing.Address));
            builder.AddServiceMesh();
        });
        using GrpcChannel channel = GrpcChannel.ForAddress("http://pricing", new GrpcChannelOptions { HttpHandler = app.Mesh.CreateHandler() });

        PriceReply reply = await new Pricing.PricingClient(channel).GetAsync(new PriceRequest { Item = "cup" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("cup", reply.Item);
        Assert.Equal("pricing", Assert.Single(pricing.Requests).Host);
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task A_web_socket_opens_to_a_service(string scheme)
    {
        await using Backend backend = await Backend.StartAsync("one", http2: false, tls: scheme == "wss", _ => { }, app =>
        {
            app.UseWebSockets();
            app.Run(async context =>
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                byte[] buffer = new byte[16];
                WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
                await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            });
        });
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));
            builder.AddServiceMesh();
        });
        using HttpMessageInvoker invoker = new(app.Mesh.CreateHandler());
        using ClientWebSocket client = new();
        CancellationToken cancel = TestContext.Current.CancellationToken;

        await client.ConnectAsync(new Uri($"{scheme}://catalog/"), invoker, cancel);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        byte[] buffer = new byte[16];
        WebSocketReceiveResult received = await client.ReceiveAsync(buffer, cancel);

        Assert.Equal("hello"u8, buffer.AsSpan(0, received.Count));
        Assert.Equal(1, Assert.Single(app.Mesh.Describe().Services).ActiveCalls);
    }

    [Fact]
    public async Task Handlers_share_the_mesh_which_outlives_them()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Configuration.AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address));
            builder.AddServiceMesh();
        });
        HttpClient first = new(app.Mesh.CreateHandler());
        using HttpClient second = new(app.Mesh.CreateHandler());
        await first.GetTextAsync("http://catalog/");
        first.Dispose();

        Assert.NotNull(Assert.Single(Assert.Single(app.Mesh.Describe().Services).Endpoints).Latency);
        Assert.Equal("one", await second.GetTextAsync("http://catalog/"));
        Assert.Equal("one", await app.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_program_without_dependency_injection_has_a_mesh_that_follows_its_settings()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        ChangeableJson rules = new($$"""{ "Services": { "catalog": { "Endpoints": ["{{one.Address}}"] } } }""");
        IConfigurationRoot configuration = new ConfigurationBuilder().Add(rules).Build();
        await using ServiceMesh mesh = await ServiceMesh.CreateAsync(configuration.GetSection("Mesh"));
        using HttpClient client = new(mesh.CreateHandler());

        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));
        rules.Change($$"""{ "Services": { "catalog": { "Endpoints": ["{{two.Address}}"] } } }""");
        Assert.Equal("two", await client.GetTextAsync("http://catalog/"));
        Assert.Equal(two.Address, Assert.Single(Assert.Single(mesh.Describe().Services).Endpoints).Address);
    }

    [Fact]
    public async Task It_logs_where_it_is_told_to_and_leaves_that_open()
    {
        using FakeLoggerProvider logs = new();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        ChangeableJson rules = new("""{ "Services": { "catalog": {} } }""");
        IConfigurationRoot configuration = new ConfigurationBuilder().Add(rules).Build();
        await using (ServiceMesh mesh = await ServiceMesh.CreateAsync(configuration.GetSection("Mesh"), loggers))
        {
            rules.Change("""{ "Services": { "catalog": { "Bogus": 1 } } }""");
        }

        Assert.Contains("Mesh:Services:catalog:Bogus", Assert.Single(logs.Collector.Of("SettingsRefused")).Message, StringComparison.Ordinal);
        loggers.CreateLogger("after").Log(LogLevel.Information, default, "still open", null, static (state, _) => state);
        Assert.Equal("still open", logs.Collector.LatestRecord.Message);
    }

    [Fact]
    public async Task Faulty_settings_are_told_at_once()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddPairs(("Mesh:Bogus", "1"), ("Mesh:Services:catalog:Endpoints:0", "x")).Build();

        MeshConfigurationException exception = await Assert.ThrowsAsync<MeshConfigurationException>(() => ServiceMesh.CreateAsync(configuration.GetSection("Mesh")));

        Assert.Equal(2, exception.Faults.Count);
    }

    [Fact]
    public async Task It_can_be_disposed_by_the_synchronous_way()
    {
        await using Backend backend = await Backend.StartAsync("one");
        IConfigurationSection section = new ConfigurationBuilder().AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address)).Build().GetSection("Mesh");
        ServiceMesh mesh = await ServiceMesh.CreateAsync(section);
        using HttpClient client = new(mesh.CreateHandler());
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));

        mesh.Dispose();

        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_container_that_is_disposed_by_the_synchronous_way_takes_the_mesh_along()
    {
        await using Backend backend = await Backend.StartAsync("one");
        IConfigurationSection section = new ConfigurationBuilder().AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address)).Build().GetSection("Mesh");
        ServiceCollection services = new();
        services.AddServiceMesh(section);
        ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient client = new(provider.GetRequiredService<IServiceMesh>().CreateHandler());
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));

        provider.Dispose();

        await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Once_it_is_disposed_new_calls_fail_and_one_in_flight_ends_by_itself()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            await context.Response.Body.FlushAsync();
            await answer.Task;
            await context.Response.Body.WriteAsync("late"u8.ToArray());
        });
        IConfigurationRoot configuration = new ConfigurationBuilder().AddPairs(("Mesh:Services:catalog:Endpoints:0", backend.Address)).Build();
        ServiceMesh mesh = await ServiceMesh.CreateAsync(configuration.GetSection("Mesh"));
        using HttpClient client = new(mesh.CreateHandler());
        Task<string> inFlight = client.GetTextAsync("http://catalog/");
        await Eventually.Holds(() => backend.Count == 1);

        await mesh.DisposeAsync();
        answer.SetResult();

        Assert.Equal("late", await inFlight);
        MeshException known = await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://catalog/"));
        Assert.Equal(MeshFailureReason.NoEndpoints, known.Reason);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetTextAsync("http://other/"));
        Assert.Equal(1, backend.Count);
    }

    private sealed class PricingService : Pricing.PricingBase
    {
        public override Task<PriceReply> Get(PriceRequest request, global::Grpc.Core.ServerCallContext context) => Task.FromResult(new PriceReply { Item = request.Item });
    }
}
