using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Calls;

public sealed class CancellationTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "")]
    [InlineData(true, "\"Timeout\": \"60s\"")]
    [InlineData(true, "\"Retry\": { \"PerTryTimeout\": \"60s\" }")]
    [InlineData(false, "")]
    [InlineData(false, "\"Timeout\": \"60s\"")]
    public async Task A_caller_may_cancel_before_headers(bool isAsync, string route)
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, mute.Address));
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        HttpClient client = mesh.Client();

        Task call = isAsync ? client.SendAsync(request, caller.Token) : Task.Run(() => client.Send(request, caller.Token), Cancel);
        await Eventually.Holds(() => mute.Connections == 1 && mesh.InFlight() == 2);
        await caller.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.IsNotType<TimeoutException>(exception.InnerException);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_may_cancel_during_the_wait_for_the_next_attempt(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: Unavailable);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        HttpClient client = mesh.Client();

        Task call = isAsync ? client.SendAsync(request, caller.Token) : Task.Run(() => client.Send(request, caller.Token), Cancel);

        // In flight to the service, to no endpoint: between attempts.
        await Eventually.Holds(() => backend.Count == 1 && mesh.InFlight() == 1);
        await caller.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.Equal(0, mesh.InFlight());
        Assert.Equal(1, backend.Count);

        static Task Unavailable(HttpContext context)
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "4";
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_caller_may_cancel_during_the_wait_after_an_attempt_that_timed_out()
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(
            "\"Retry\": { \"Attempts\": 10, \"PerTryTimeout\": \"50ms\", \"Backoff\": { \"BaseInterval\": \"20s\", \"MaxInterval\": \"20s\" } }, \"Timeout\": \"60s\"",
            mute.Address));
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        Task call = mesh.Client().GetAsync(s_catalog, caller.Token);
        await Eventually.Holds(() => mesh.Service().ActiveCalls == 1 && mesh.Endpoint(mute.Address) is { ActiveRequests: 0, Latency: not null });
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_may_cancel_while_queued(bool isAsync)
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("\"CircuitBreaker\": { \"MaxRequests\": 1 }", mute.Address));
        using CancellationTokenSource first = new();
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);
        HttpClient client = mesh.Client();
        Task holder = client.GetAsync(s_catalog, first.Token);
        await Eventually.Holds(() => mute.Connections == 1);

        Task queued = isAsync ? client.SendAsync(request, caller.Token) : Task.Run(() => client.Send(request, caller.Token), Cancel);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.InTime());
        Assert.Equal(1, mesh.Service().ActiveCalls);
        Assert.Equal(1, mute.Connections);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holder.InTime());
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"60s\"")]
    public async Task A_caller_may_cancel_in_a_body_that_is_buffered(string route)
    {
        await using Backend backend = await Backend.StartAsync(answer: StallAsync);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, backend.Address));
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        Task call = mesh.Client().GetByteArrayAsync(s_catalog, caller.Token);
        await Eventually.Holds(() => mesh.Endpoint(backend.Address).Latency is not null);
        await caller.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Assert.IsNotType<TimeoutException>(exception.InnerException);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"60s\"")]
    public async Task A_reader_may_cancel_in_a_body_that_is_streamed(string route)
    {
        await using Backend backend = await Backend.StartAsync(answer: StallAsync);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, backend.Address));
        using CancellationTokenSource reader = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancel);
        byte[] buffer = new byte[64];
        Assert.Equal(5, await body.ReadAsync(buffer, Cancel));

        Task<int> read = body.ReadAsync(buffer, reader.Token).AsTask();
        Assert.Equal(2, mesh.InFlight());
        await reader.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.InTime());
        Assert.Equal(reader.Token, exception.CancellationToken);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"Timeout\": \"60s\"")]
    public async Task A_cancelled_call_names_the_callers_own_token(string route)
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route(route, mute.Address));
        using HttpMessageInvoker invoker = new(mesh.Mesh.CreateHandler());
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);

        Task<HttpResponseMessage> call = invoker.SendAsync(request, caller.Token);
        await Eventually.Holds(() => mute.Connections == 1);
        await caller.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Assert.Equal(caller.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_already_is_not_sent()
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Route("\"Timeout\": \"60s\"", backend.Address));
        using HttpMessageInvoker invoker = new(mesh.Mesh.CreateHandler());
        using CancellationTokenSource caller = new();
        await caller.CancelAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, s_catalog);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invoker.SendAsync(request, caller.Token));

        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task An_answer_that_is_disposed_half_read_ends_the_call()
    {
        await using Backend backend = await Backend.StartAsync(answer: StallAsync);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog("", backend.Address));
        HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(2, mesh.InFlight());

        response.Dispose();

        Assert.Equal(0, mesh.InFlight());
    }

    private static async Task StallAsync(HttpContext context)
    {
        await context.Response.WriteAsync("start");
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }
}
