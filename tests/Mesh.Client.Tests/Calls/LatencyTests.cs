using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Client.Tests.Calls;

/// <summary>What calls teach the balancer about the latency of their endpoints: the time to response headers.</summary>
public sealed class LatencyTests
{
    private static readonly Uri s_catalog = new("http://catalog/");
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(10);

    private readonly WatchedTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_took_until_its_headers()
    {
        TaskCompletionSource answer = new();
        await using Backend backend = await Backend.StartAsync(answer: _ => answer.Task);
        await using TestMesh mesh = await StartAsync("", backend.Address);

        Task<HttpResponseMessage> call = mesh.Client().GetAsync(s_catalog, Cancel);
        await Eventually.Holds(() => backend.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(3));
        answer.SetResult();
        (await call).Dispose();

        Assert.Equal(3, mesh.Endpoint(backend.Address).Latency!.Value.TotalSeconds, 0.1);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_its_headers_took_at_least_so_long()
    {
        await using RawServer mute = RawServer.StartMute();
        await using TestMesh mesh = await StartAsync("", mute.Address);
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        Task<HttpResponseMessage> call = mesh.Client().GetAsync(s_catalog, caller.Token);
        await Eventually.Holds(() => mute.Connections == 1);
        _time.Advance(TimeSpan.FromSeconds(7));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());

        Assert.Equal(7, mesh.Endpoint(mute.Address).Latency!.Value.TotalSeconds, 0.1);
    }

    [Theory]
    [InlineData("dispose", "")]
    [InlineData("cancel", "")]
    [InlineData("cancel", "\"Timeout\": \"1h\"")]
    [InlineData("time out", "\"Timeout\": \"1m\"")]
    public async Task How_long_a_body_went_on_does_not_matter(string end, string route)
    {
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            await context.Response.WriteAsync("start");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using TestMesh mesh = await StartAsync(route, backend.Address);
        using CancellationTokenSource reader = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        HttpResponseMessage response = await mesh.Client().GetAsync(s_catalog, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Task<byte[]> read = response.Content.ReadAsByteArrayAsync(reader.Token);

        _time.Advance(s_long);
        if (end == "dispose")
        {
            response.Dispose();
        }
        else if (end == "cancel")
        {
            await reader.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<Exception>(() => read.InTime());
        Assert.Equal(0, mesh.InFlight());
        Assert.Equal(0, mesh.Endpoint(backend.Address).Latency!.Value.TotalSeconds, 0.1);
    }

    [Fact]
    public async Task A_failure_counts_as_five_seconds_and_a_retry_after_as_what_it_says()
    {
        await using Backend failing = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using Backend busy = await Backend.StartAsync(answer: context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "60";
            return Task.CompletedTask;
        });
        await using TestMesh mesh = await StartAsync("\"Retry\": { \"Attempts\": 0 }", failing.Address, busy.Address);

        while (failing.Count == 0 || busy.Count == 0)
        {
            (await mesh.Client().GetAsync(s_catalog, Cancel)).Dispose();
        }

        Assert.Equal(5, mesh.Endpoint(failing.Address).Latency!.Value.TotalSeconds, 0.1);
        Assert.Equal(60, mesh.Endpoint(busy.Address).Latency!.Value.TotalSeconds, 0.1);
    }

    private Task<TestMesh> StartAsync(string route, params IEnumerable<string> addresses) => TestMesh.StartAsync(
        Rules.Route(route, addresses), builder => builder.Services.AddSingleton<TimeProvider>(_time));
}
