using System.Diagnostics.Metrics;
using System.Net;
using Grpc.Core;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>How a gRPC call fails: by the server's status, which the mesh reads, or by one of the mesh's own.</summary>
public sealed class GrpcFailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_endpoints_is_unavailable()
    {
        await using TestMesh mesh = await StartAsync("\"Routes\": [{ \"To\": [{ \"Subset\": \"v9\" }] }]", "127.0.0.1:1");

        RpcException exception = await FailAsync(mesh);

        AssertMesh(exception, StatusCode.Unavailable, "destination_unavailable");
        Assert.Contains("'v9'", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_refuses_is_unavailable()
    {
        string address = RawServer.DeadAddress();
        await using TestMesh mesh = await StartAsync("", address);

        RpcException exception = await FailAsync(mesh);

        AssertMesh(exception, StatusCode.Unavailable, "connection_refused");
        Assert.Contains(address, exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_closes_before_headers_is_unavailable()
    {
        await using RawServer server = RawServer.StartClosing();
        await using TestMesh mesh = await StartAsync("", server.Address);

        AssertMesh(await FailAsync(mesh), StatusCode.Unavailable, "connection_terminated");
    }

    [Fact]
    public async Task Overflow_is_unavailable()
    {
        PricingService service = new() { Before = context => Task.Delay(Timeout.Infinite, context.CancellationToken) };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync("\"CircuitBreaker\": { \"MaxRequests\": 1, \"MaxPendingRequests\": 0 }", backend.Address);
        using AsyncUnaryCall<PriceReply> holder = Client(mesh).GetAsync(new PriceRequest(), cancellationToken: Cancel);
        await Eventually.Holds(() => service.Calls == 1);

        RpcException exception = await FailAsync(mesh);

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.StartsWith("mesh; error=connection_limit_reached; details=\"", exception.Trailers.GetValue("proxy-status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Timeout\": \"300ms\"")]
    [InlineData("\"Retry\": { \"PerTryTimeout\": \"300ms\" }")]
    public async Task A_timeout_before_headers_is_deadline_exceeded(string route)
    {
        PricingService service = new() { Before = context => Task.Delay(Timeout.Infinite, context.CancellationToken) };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync($"\"Routes\": [{{ {route} }}]", backend.Address);

        AssertMesh(await FailAsync(mesh), StatusCode.DeadlineExceeded, "http_response_timeout");

        // The server may have processed it: a gRPC call is a POST.
        Assert.Equal(1, service.Calls);
    }

    [Theory]
    [InlineData(503, true, EndpointState.Ejected)]
    [InlineData(503, false, EndpointState.Ejected)]
    [InlineData(404, true, EndpointState.Ready)]
    [InlineData(404, false, EndpointState.Ready)]
    public async Task An_http_error_of_something_on_the_way_counts_by_its_http_status(int status, bool isRead, EndpointState state)
    {
        await using Backend proxy = await Backend.StartAsync(http2: true, answer: async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<h1>No</h1>");
            await context.Response.Body.FlushAsync();
        });
        await using TestMesh mesh = await StartAsync(
            """
            "OutlierDetection": { "ConsecutiveErrors": 1, "MaxEjectionPercent": 100, "MinReadyEndpoints": 0, "BaseEjectionTime": "60s" },
            "LoadBalancing": { "PanicThreshold": 0 }
            """,
            proxy.Address);
        using HttpRequestMessage request = new(HttpMethod.Post, "http://pricing/shop.Pricing/Get") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } };

        using (HttpResponseMessage response = await mesh.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            Assert.Equal(status, (int)response.StatusCode);
            if (isRead)
            {
                Assert.Equal("<h1>No</h1>", await response.Content.ReadAsStringAsync(Cancel));
            }
        }

        Assert.Equal(state, mesh.Endpoint(proxy.Address).State);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_timeout_in_mid_stream_is_deadline_exceeded()
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
        await using TestMesh mesh = await StartAsync("\"Routes\": [{ \"Timeout\": \"500ms\" }]", backend.Address);
        using AsyncServerStreamingCall<PriceReply> watch = Client(mesh).Watch(new PriceRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel).InTime());

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel).InTime());

        AssertMesh(exception, StatusCode.DeadlineExceeded, "http_response_timeout");
        await mesh.IsIdle();
    }

    [Fact]
    public async Task A_timeout_while_nobody_reads_is_deadline_exceeded_too()
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
        await using TestMesh mesh = await StartAsync("\"Routes\": [{ \"Timeout\": \"500ms\" }]", backend.Address);
        using AsyncServerStreamingCall<PriceReply> watch = Client(mesh).Watch(new PriceRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel).InTime());
        await mesh.IsIdle();

        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel).InTime());

        AssertMesh(exception, StatusCode.DeadlineExceeded, "http_response_timeout");
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "success")]
    [InlineData(StatusCode.InvalidArgument, "success")]
    [InlineData(StatusCode.Unavailable, "failure")]
    [InlineData(StatusCode.Internal, "failure")]
    public async Task A_status_without_messages_is_the_calls_outcome(StatusCode status, string outcome)
    {
        PricingService service = new() { Before = _ => throw new RpcException(new Status(status, "said the server")) };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync("\"Routes\": [{ \"Retry\": { \"Attempts\": 0 } }]", backend.Address);
        using MetricCollector<double> calls = Calls(mesh);

        RpcException exception = await FailAsync(mesh);

        Assert.Equal((status, "said the server"), (exception.StatusCode, exception.Status.Detail));
        Assert.Null(exception.Trailers.GetValue("proxy-status"));
        Assert.Equal(outcome, Assert.Single(calls.GetMeasurementSnapshot()).Tags["mesh.outcome"]);
    }

    [Theory]
    [InlineData("0", "success", null)]
    [InlineData("5", "success", null)]
    [InlineData("13", "failure", "INTERNAL")]
    [InlineData("rubbish", "failure", "UNKNOWN")]
    public async Task A_status_in_headers_without_a_length_is_the_calls_outcome(string status, string outcome, string? reason)
    {
        await using RawServer server = RawServer.Start(async connection =>
        {
            await connection.OpenAsync();
            while (true)
            {
                int stream = await connection.ReadHeadersAsync();
                await connection.AnswerAsync(stream, ("content-type", "application/grpc"), ("grpc-status", status));
            }
        });
        await using TestMesh mesh = await StartAsync("", server.Address);
        using MetricCollector<double> calls = Calls(mesh);

        await FailAsync(mesh);

        await mesh.IsIdle();
        CollectedMeasurement<double> call = Assert.Single(calls.GetMeasurementSnapshot());
        Assert.Equal((outcome, reason), ((string?)call.Tags["mesh.outcome"], (string?)call.Tags.GetValueOrDefault("mesh.reason")));
    }

    [Theory]
    [InlineData(StatusCode.OK, "success", null)]
    [InlineData(StatusCode.NotFound, "success", null)]
    [InlineData(StatusCode.Unavailable, "failure", "UNAVAILABLE")]
    [InlineData(StatusCode.ResourceExhausted, "failure", "RESOURCE_EXHAUSTED")]
    public async Task A_status_after_messages_is_the_calls_outcome(StatusCode status, string outcome, string? reason)
    {
        PricingService service = new()
        {
            OnWatch = async (_, replies, _) =>
            {
                await replies.WriteAsync(new PriceReply { Cents = 1 });
                if (status != StatusCode.OK)
                {
                    throw new RpcException(new Status(status, "said the server"));
                }
            },
        };
        await using Backend backend = await Backend.StartGrpcAsync("one", service);
        await using TestMesh mesh = await StartAsync("", backend.Address);
        using MetricCollector<double> calls = Calls(mesh);
        using AsyncServerStreamingCall<PriceReply> watch = Client(mesh).Watch(new PriceRequest(), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel).InTime());

        Exception? exception = await Record.ExceptionAsync(() => watch.ResponseStream.MoveNext(Cancel).InTime());

        Assert.Equal(status, (exception as RpcException)?.StatusCode ?? StatusCode.OK);
        await mesh.IsIdle();
        Assert.Equal(1, service.Calls);
        CollectedMeasurement<double> call = Assert.Single(calls.GetMeasurementSnapshot());
        Assert.Equal((outcome, reason), ((string?)call.Tags["mesh.outcome"], (string?)call.Tags.GetValueOrDefault("mesh.reason")));
    }

    [Fact]
    public async Task Statuses_that_mean_trouble_eject_the_endpoint()
    {
        PricingService failing = new() { Before = _ => throw new RpcException(new Status(StatusCode.Unavailable, "")) };
        await using Backend bad = await Backend.StartGrpcAsync("bad", failing);
        await using Backend good = await Backend.StartGrpcAsync("good", new PricingService());
        await using TestMesh mesh = await StartAsync(
            "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }, \"OutlierDetection\": { \"ConsecutiveErrors\": 3, \"BaseEjectionTime\": \"60s\" }, \"Routes\": [{ \"Retry\": { \"Attempts\": 0 } }]",
            bad.Address,
            good.Address);

        for (int call = 0; call < 10; call++)
        {
            await Record.ExceptionAsync(async () => await Client(mesh).GetAsync(new PriceRequest(), cancellationToken: Cancel).ResponseAsync.InTime());
        }

        await mesh.IsIdle();
        Assert.Equal(3, failing.Calls);
        Assert.Equal(EndpointState.Ejected, mesh.Endpoint(bad.Address).State);
    }

    private static void AssertMesh(RpcException exception, StatusCode status, string error)
    {
        Assert.Equal(status, exception.StatusCode);
        Assert.StartsWith($"mesh; error={error}; details=\"", exception.Trailers.GetValue("proxy-status"), StringComparison.Ordinal);
    }

    private static async Task<RpcException> FailAsync(TestMesh mesh)
    {
        RpcException exception = await Assert.ThrowsAsync<RpcException>(
            async () => await Client(mesh).GetAsync(new PriceRequest(), cancellationToken: Cancel).ResponseAsync.InTime());
        return exception;
    }

    private static MetricCollector<double> Calls(TestMesh mesh) =>
        new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.call.duration");

    private static Task<TestMesh> StartAsync(string settings, params IEnumerable<string> addresses) => TestMesh.StartAsync(
        Rules.Services(("pricing", (settings.Length == 0 ? "" : settings + ", ") + Rules.Endpoints(addresses))),
        builder => builder.Services.AddGrpcClient<Pricing.PricingClient>(options => options.Address = new Uri("http://pricing")));

    private static Pricing.PricingClient Client(TestMesh mesh) => mesh.Services.GetRequiredService<Pricing.PricingClient>();
}
