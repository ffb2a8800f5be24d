using System.Globalization;
using Grpc.Core;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

public sealed class GrpcRetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unavailable_without_messages_is_followed_by_another_endpoint()
    {
        PricingService failing = Failing(StatusCode.Unavailable);
        PricingService working = new();
        await using Backend bad = await Backend.StartGrpcAsync("bad", failing);
        await using Backend good = await Backend.StartGrpcAsync("good", working);
        await using TestMesh mesh = await StartAsync("\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", bad.Address, good.Address);

        for (int call = 1; call <= 4; call++)
        {
            PriceReply reply = await Client(mesh).GetAsync(new PriceRequest { Item = "tea", Count = call }, cancellationToken: Cancel);
            Assert.Equal(("tea", call * 100), (reply.Item, reply.Cents));
        }

        Assert.Equal(4, working.Calls);
        Assert.NotEqual(0, failing.Calls);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "", 2)]
    [InlineData(StatusCode.Internal, "", 1)]
    [InlineData(StatusCode.ResourceExhausted, "", 1)]
    [InlineData(StatusCode.Cancelled, "", 1)]
    [InlineData(StatusCode.DeadlineExceeded, "", 1)]
    [InlineData(StatusCode.Unknown, "", 1)]
    [InlineData(StatusCode.NotFound, "", 1)]
    [InlineData(StatusCode.Unavailable, "\"On\": [\"internal\"]", 1)]
    [InlineData(StatusCode.ResourceExhausted, "\"On\": [\"resource-exhausted\"]", 1)]
    [InlineData(StatusCode.ResourceExhausted, "\"On\": [\"resource-exhausted\"], \"NonIdempotent\": true", 2)]
    [InlineData(StatusCode.Internal, "\"On\": [\"internal\"]", 1)]
    [InlineData(StatusCode.Internal, "\"On\": [\"internal\"], \"NonIdempotent\": true", 2)]
    [InlineData(StatusCode.Cancelled, "\"On\": [\"cancelled\"], \"NonIdempotent\": true", 2)]
    [InlineData(StatusCode.DeadlineExceeded, "\"On\": [\"deadline-exceeded\"], \"NonIdempotent\": true", 2)]
    public async Task The_settings_say_which_statuses_are_retried(StatusCode status, string retry, int sends)
    {
        PricingService service = Failing(status);
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync($"\"Routes\": [{{ \"Retry\": {{ {retry} }} }}]", backend.Address);

        RpcException exception = await Assert.ThrowsAsync<RpcException>(async () => await Client(mesh).GetAsync(new PriceRequest(), cancellationToken: Cancel).ResponseAsync.InTime());

        Assert.Equal(status, exception.StatusCode);
        Assert.Equal(sends, service.Calls);
        await mesh.IsIdle();
    }

    [Fact]
    public async Task A_status_after_a_message_commits_the_call()
    {
        PricingService service = new()
        {
            OnWatch = async (_, replies, _) =>
            {
                await replies.WriteAsync(new PriceReply());
                throw new RpcException(new Status(StatusCode.Unavailable, ""));
            },
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync("", backend.Address);
        using AsyncServerStreamingCall<PriceReply> watch = Client(mesh).Watch(new PriceRequest(), cancellationToken: Cancel);

        Assert.True(await watch.ResponseStream.MoveNext(Cancel).InTime());
        await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel).InTime());

        Assert.Equal(1, service.Calls);
    }

    [Theory]
    [InlineData("0", 2)]
    [InlineData("20", 2)]
    [InlineData("-1", 1)]
    [InlineData("never", 1)]
    [InlineData("60000", 1)]
    public async Task The_servers_pushback_holds(string pushback, int sends)
    {
        PricingService service = new()
        {
            Before = context => throw new RpcException(
                new Status(StatusCode.Unavailable, ""), new Metadata { { "grpc-retry-pushback-ms", pushback } }),
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync("", backend.Address);

        await Assert.ThrowsAsync<RpcException>(async () => await Client(mesh).GetAsync(new PriceRequest(), cancellationToken: Cancel).ResponseAsync.InTime());

        Assert.Equal(sends, service.Calls);
    }

    [Fact]
    public async Task A_stream_of_requests_that_was_begun_is_not_sent_again()
    {
        PricingService service = new()
        {
            Before = context => throw new RpcException(new Status(StatusCode.Unavailable, "")),
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync("", backend.Address);
        using AsyncClientStreamingCall<PriceRequest, PriceReply> sum = Client(mesh).Sum(cancellationToken: Cancel);

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => sum.ResponseAsync.InTime());

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal(1, service.Calls);
        await mesh.IsIdle();
    }

    [Fact]
    public async Task A_stream_of_requests_goes_to_another_endpoint_where_no_connection_came_about()
    {
        await using Backend backend = await Backend.StartGrpcAsync("one", new PricingService());
        await using TestMesh mesh = await StartAsync("\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }", RawServer.DeadAddress(), backend.Address);
        for (int call = 0; call < 2; call++)
        {
            using AsyncClientStreamingCall<PriceRequest, PriceReply> sum = Client(mesh).Sum(cancellationToken: Cancel);
            await sum.RequestStream.WriteAsync(new PriceRequest { Count = 7 }, Cancel);
            await sum.RequestStream.CompleteAsync();
            Assert.Equal(7, (await sum).Cents);
        }
    }

    private static PricingService Failing(StatusCode status) => new()
    {
        Before = _ => throw new RpcException(new Status(status, status.ToString().ToLower(CultureInfo.InvariantCulture))),
    };

    private static Task<TestMesh> StartAsync(string settings, params IEnumerable<string> addresses) => TestMesh.StartAsync(
        Rules.Services(("pricing", (settings.Length == 0 ? "" : settings + ", ") + Rules.Endpoints(addresses))),
        builder => builder.Services.AddGrpcClient<Pricing.PricingClient>(options => options.Address = new Uri("http://pricing")));

    private static Pricing.PricingClient Client(TestMesh mesh) => mesh.Services.GetRequiredService<Pricing.PricingClient>();
}
