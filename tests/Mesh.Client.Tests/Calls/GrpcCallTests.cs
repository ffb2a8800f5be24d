using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>gRPC calls of all four kinds, of a client of the factory and over a channel of one's own.</summary>
public sealed class GrpcCallTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_of_all_four_kinds_pass_through(bool fromFactory)
    {
        PricingService service = new();
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync(Rules.Services(("pricing", Rules.Endpoints(backend.Address))));
        using HttpMessageHandler handler = mesh.Mesh.CreateHandler();
        using GrpcChannel channel = GrpcChannel.ForAddress("http://pricing", new GrpcChannelOptions { HttpHandler = handler });
        Pricing.PricingClient client = fromFactory ? mesh.Services.GetRequiredService<Pricing.PricingClient>() : new(channel);

        PriceReply reply = await client.GetAsync(new PriceRequest { Item = "tea", Count = 2 }, cancellationToken: Cancel);
        Assert.Equal(("tea", 200), (reply.Item, reply.Cents));

        using AsyncClientStreamingCall<PriceRequest, PriceReply> sum = client.Sum(cancellationToken: Cancel);
        for (int i = 1; i <= 4; i++)
        {
            await sum.RequestStream.WriteAsync(new PriceRequest { Count = i }, Cancel);
        }

        await sum.RequestStream.CompleteAsync();
        Assert.Equal(10, (await sum).Cents);

        using AsyncServerStreamingCall<PriceReply> watch = client.Watch(new PriceRequest { Count = 3 }, cancellationToken: Cancel);
        int[] prices = await watch.ResponseStream.ReadAllAsync(Cancel).Select(price => price.Cents).ToArrayAsync(Cancel);
        Assert.Equal([1, 2, 3], prices);
        Assert.Equal(StatusCode.OK, watch.GetStatus().StatusCode);

        using AsyncDuplexStreamingCall<PriceRequest, PriceReply> chat = client.Chat(cancellationToken: Cancel);
        for (int i = 1; i <= 3; i++)
        {
            await chat.RequestStream.WriteAsync(new PriceRequest { Count = i }, Cancel);
            Assert.True(await chat.ResponseStream.MoveNext(Cancel).InTime());
            Assert.Equal(i, chat.ResponseStream.Current.Cents);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Cancel).InTime());
        Assert.Equal(4, service.Calls);
        await mesh.IsIdle();
    }

    [Fact]
    public async Task A_blocking_call_passes_through()
    {
        await using Backend backend = await Backend.StartGrpcAsync("one", new PricingService());
        await using TestMesh mesh = await StartAsync(Rules.Services(("pricing", Rules.Endpoints(backend.Address))));

        Assert.Equal(100, Client(mesh).Get(new PriceRequest { Count = 1 }, cancellationToken: Cancel).Cents);
    }

    [Fact]
    public async Task Routes_tell_grpc_calls_apart_by_their_metadata()
    {
        PricingService testers = new();
        PricingService others = new();
        await using Backend first = await Backend.StartGrpcAsync("testers", testers);
        await using Backend second = await Backend.StartGrpcAsync("others", others);
        await using TestMesh mesh = await StartAsync(Rules.Services(
            ("pricing", """
                "Routes": [
                  { "Match": [
                      { "Grpc": { "Method": "Get" }, "Baggage": { "tenant": "a b" } },
                      { "Grpc": { "Method": "Get" }, "Cookies": { "tester": {} } } ], "To": [{ "Service": "testers" }] },
                  { "To": [{ "Service": "others" }] } ]
                """),
            ("testers", Rules.Endpoints(first.Address)),
            ("others", Rules.Endpoints(second.Address))));
        Pricing.PricingClient client = Client(mesh);

        await client.GetAsync(new PriceRequest(), new Metadata { { "baggage", "tenant=a%20b" } }, cancellationToken: Cancel);
        await client.GetAsync(new PriceRequest(), new Metadata { { "cookie", "tester=1" } }, cancellationToken: Cancel);
        await client.GetAsync(new PriceRequest(), new Metadata { { "baggage", "tenant=c" } }, cancellationToken: Cancel);

        Assert.Equal((2, 1), (testers.Calls, others.Calls));
    }

    [Fact]
    public async Task Routes_tell_grpc_calls_apart_by_service_and_method()
    {
        PricingService gets = new();
        PricingService others = new();
        await using Backend first = await Backend.StartGrpcAsync("gets", gets);
        await using Backend second = await Backend.StartGrpcAsync("others", others);
        await using TestMesh mesh = await StartAsync(Rules.Services(
            ("pricing", """
                "Routes": [
                  { "Match": { "Grpc": { "Service": "shop.Pricing", "Method": "Get" } }, "To": [{ "Service": "gets" }] },
                  { "Match": { "Grpc": { "Method": "Get" } }, "To": [{ "Service": "nowhere" }] },
                  { "Match": { "Grpc": { "Service": "shop.Pricing" } }, "To": [{ "Service": "others" }] } ]
                """),
            ("gets", Rules.Endpoints(first.Address)),
            ("others", Rules.Endpoints(second.Address))));
        Pricing.PricingClient client = Client(mesh);

        await client.GetAsync(new PriceRequest(), cancellationToken: Cancel);
        using AsyncServerStreamingCall<PriceReply> watch = client.Watch(new PriceRequest(), cancellationToken: Cancel);
        Assert.False(await watch.ResponseStream.MoveNext(Cancel).InTime());
        Assert.Equal((1, 1), (gets.Calls, others.Calls));

        // The same path, but no gRPC.
        using HttpResponseMessage plain = await mesh.Client().PostAsync(new Uri("http://pricing/shop.Pricing/Get"), null, Cancel);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, plain.StatusCode);
    }

    [Fact]
    public async Task A_call_that_no_route_takes_is_unimplemented()
    {
        await using TestMesh mesh = await StartAsync(Rules.Services(
            ("pricing", Rules.Endpoints("127.0.0.1:1") + ", \"Routes\": [{ \"Match\": { \"Grpc\": { \"Method\": \"Watch\" } } }]")));

        RpcException exception = await Assert.ThrowsAsync<RpcException>(async () => await Client(mesh).GetAsync(new PriceRequest(), cancellationToken: Cancel).ResponseAsync.InTime());

        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
        Assert.Equal("No route of 'pricing' takes POST /shop.Pricing/Get.", exception.Status.Detail);
        Assert.Equal(
            "mesh; error=destination_not_found; details=\"No route of 'pricing' takes POST /shop.Pricing/Get.\"",
            exception.Trailers.GetValue("proxy-status"));
    }

    [Fact]
    public async Task A_stream_is_in_flight_until_it_ends()
    {
        TaskCompletionSource end = new();
        PricingService service = new()
        {
            OnWatch = async (_, replies, _) =>
            {
                await replies.WriteAsync(new PriceReply { Cents = 1 });
                await end.Task;
            },
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync(Rules.Services(("pricing", Rules.Endpoints(backend.Address))));
        using AsyncServerStreamingCall<PriceReply> watch = Client(mesh).Watch(new PriceRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel).InTime());

        Assert.Equal(1, mesh.Endpoint(backend.Address).ActiveRequests);
        Assert.Equal(1, mesh.Service("pricing").ActiveCalls);
        end.SetResult();

        Assert.False(await watch.ResponseStream.MoveNext(Cancel).InTime());
        await mesh.IsIdle();
    }

    [Theory]
    [InlineData("\"Name\": \"plain\"")]
    [InlineData("\"Timeout\": \"60s\"")]
    public async Task A_cancelled_call_ends_at_once(string route)
    {
        PricingService service = new()
        {
            Before = context => Task.Delay(Timeout.Infinite, context.CancellationToken),
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync(Rules.Services(("pricing", $"{Rules.Endpoints(backend.Address)}, \"Routes\": [{{ {route} }}]")));
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using AsyncUnaryCall<PriceReply> call = Client(mesh).GetAsync(new PriceRequest(), cancellationToken: caller.Token);
        await Eventually.Holds(() => service.Calls == 1);
        await caller.CancelAsync();

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.InTime());

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await mesh.IsIdle();
    }

    [Theory]
    [InlineData("\"Name\": \"plain\"")]
    [InlineData("\"Timeout\": \"60s\"")]
    public async Task A_stream_that_is_cancelled_or_disposed_ends_at_once(string route)
    {
        PricingService service = new()
        {
            OnWatch = async (_, replies, context) =>
            {
                await replies.WriteAsync(new PriceReply { Cents = 1 });
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            },
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync(Rules.Services(("pricing", $"{Rules.Endpoints(backend.Address)}, \"Routes\": [{{ {route} }}]")));
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using AsyncServerStreamingCall<PriceReply> cancelled = Client(mesh).Watch(new PriceRequest(), cancellationToken: caller.Token);
        AsyncServerStreamingCall<PriceReply> disposed = Client(mesh).Watch(new PriceRequest(), cancellationToken: Cancel);
        Assert.True(await cancelled.ResponseStream.MoveNext(Cancel).InTime());
        Assert.True(await disposed.ResponseStream.MoveNext(Cancel).InTime());
        Assert.Equal(4, mesh.InFlight());

        await caller.CancelAsync();
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => cancelled.ResponseStream.MoveNext(Cancel).InTime());
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        disposed.Dispose();

        await mesh.IsIdle();
    }

    private static Task<TestMesh> StartAsync(string rules) => TestMesh.StartAsync(
        rules, builder => builder.Services.AddGrpcClient<Pricing.PricingClient>(options => options.Address = new Uri("http://pricing")));

    private static Pricing.PricingClient Client(TestMesh mesh) => mesh.Services.GetRequiredService<Pricing.PricingClient>();
}
