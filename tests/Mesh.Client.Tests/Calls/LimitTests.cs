using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary><c>CircuitBreaker:MaxRequests</c> and <c>MaxPendingRequests</c>.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly ConcurrentQueue<string> _served = new();
    private readonly SemaphoreSlim _answers = new(0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _answers.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_over_the_limit_wait_and_are_served_in_order(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limits(1, 10, backend));
        List<Task<HttpResponseMessage>> calls = [];
        for (int call = 0; call < 6; call++)
        {
            calls.Add(Call(mesh, $"/{call}", isAsync));
            await Eventually.Holds(() => mesh.Service().ActiveCalls + mesh.Queued() == call + 1);
        }

        await Eventually.Holds(() => backend.Count == 1);
        Assert.Equal(1, mesh.Service().ActiveCalls);
        _answers.Release(6);
        foreach (Task<HttpResponseMessage> call in calls)
        {
            (await call).Dispose();
        }

        Assert.Equal(["/0", "/1", "/2", "/3", "/4", "/5"], _served);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_finds_no_room_to_wait_is_refused_at_once(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limits(2, 1, backend));
        Task<HttpResponseMessage>[] calls = [Call(mesh, "/0"), Call(mesh, "/1")];
        await Eventually.Holds(() => backend.Count == 2);
        Task<HttpResponseMessage> waiting = Call(mesh, "/2");
        await Eventually.Holds(() => mesh.Queued() == 1);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => Call(mesh, "/3", isAsync));

        Assert.Equal(MeshFailureReason.Overflow, exception.Reason);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, exception.StatusCode);
        Assert.Equal(0, exception.Attempts);
        Assert.Contains("MaxRequests", exception.Message, StringComparison.Ordinal);
        _answers.Release(3);
        await Task.WhenAll([.. calls, waiting]);
        Assert.DoesNotContain("/3", _served);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_call_holds_its_place_until_its_body_was_read()
    {
        await using Backend backend = await Backend.StartAsync("body");
        await using TestMesh mesh = await TestMesh.StartAsync(Limits(1, 1, backend));
        using HttpResponseMessage first = await mesh.Client().GetAsync(new Uri("http://catalog/"), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Task<HttpResponseMessage> second = Call(mesh, "/second");
        await Eventually.Holds(() => mesh.Queued() == 1);
        Assert.Equal(1, backend.Count);

        Assert.Equal("body", await first.Content.ReadAsStringAsync(Cancel));

        using HttpResponseMessage answer = await second;
        Assert.Equal(2, backend.Count);
    }

    [Fact]
    public async Task A_higher_limit_lets_those_in_that_wait()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limits(1, 10, backend));
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 5).Select(call => Call(mesh, $"/{call}"))];
        await Eventually.Holds(() => mesh.Queued() == 4 && backend.Count == 1);

        mesh.Change(Limits(3, 10, backend));
        await Eventually.Holds(() => backend.Count == 3);
        Assert.Equal(2, mesh.Queued());
        mesh.Change(Limits(100, 10, backend));
        await Eventually.Holds(() => backend.Count == 5);

        _answers.Release(5);
        await Task.WhenAll(calls);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task A_lower_limit_lets_calls_in_flight_end_and_holds_from_then_on()
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Limits(3, 10, backend));
        List<Task<HttpResponseMessage>> calls = [.. Enumerable.Range(0, 3).Select(call => Call(mesh, $"/{call}"))];
        await Eventually.Holds(() => backend.Count == 3);

        mesh.Change(Limits(1, 0, backend));
        await Eventually.Holds(() => mesh.Limit() == 1);
        _answers.Release(2);
        await Eventually.Holds(() => mesh.Service().ActiveCalls == 1);
        await Assert.ThrowsAsync<MeshException>(() => Call(mesh, "/refused"));

        _answers.Release(2);
        await Task.WhenAll(calls);
        (await Call(mesh, "/last")).Dispose();
        Assert.Equal(4, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Time_in_the_queue_is_the_calls_and_no_attempts()
    {
        WatchedTime time = new(DateTimeOffset.UnixEpoch);
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(
            Limits(1, 1, backend), builder => builder.Services.AddSingleton<TimeProvider>(time));
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        using MetricCollector<double> calls = new(meters, "Mesh.Client", "mesh.client.call.duration");
        using MetricCollector<double> attempts = new(meters, "Mesh.Client", "mesh.client.attempt.duration");
        Task<HttpResponseMessage> slow = Call(mesh, "/slow");
        await Eventually.Holds(() => backend.Count == 1);
        Task<HttpResponseMessage> queued = Call(mesh, "/queued");
        await Eventually.Holds(() => mesh.Queued() == 1);

        time.Advance(TimeSpan.FromSeconds(10));
        _answers.Release(2);

        await Task.WhenAll(slow, queued);
        Assert.Equal([10, 10], calls.GetMeasurementSnapshot().Select(measurement => measurement.Value));
        Assert.Equal([10, 0], attempts.GetMeasurementSnapshot().Select(measurement => measurement.Value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_routes_time_runs_in_the_queue(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync(answer: AnswerWhenTold);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            "\"CircuitBreaker\": { \"MaxRequests\": 1 }, \"Routes\": [{ \"Match\": { \"Path\": \"/hurried\" }, \"Timeout\": \"200ms\" }, {}]", backend.Address));
        Task<HttpResponseMessage> holder = Call(mesh, "/holder");
        await Eventually.Holds(() => backend.Count == 1);

        TaskCanceledException exception = await Assert.ThrowsAsync<TaskCanceledException>(() => Call(mesh, "/hurried", isAsync));

        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Contains("attempts: 0", exception.Message, StringComparison.Ordinal);
        Assert.Equal((0, 1), (mesh.Queued(), mesh.Service().ActiveCalls));
        _answers.Release();
        (await holder).Dispose();
        Assert.Equal(1, backend.Count);
    }

    private static string Limits(int requests, int pending, Backend backend) =>
        Rules.Catalog($"\"CircuitBreaker\": {{ \"MaxRequests\": {requests}, \"MaxPendingRequests\": {pending} }}", backend.Address);

    private static Task<HttpResponseMessage> Call(TestMesh mesh, string path, bool isAsync = true)
    {
        HttpClient client = mesh.Client();
        HttpRequestMessage request = new(HttpMethod.Get, "http://catalog" + path);
        Task<HttpResponseMessage> call = isAsync ? client.SendAsync(request, Cancel) : Task.Factory.StartNew(
            () => client.Send(request, Cancel), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return call.InTime();
    }

    private async Task AnswerWhenTold(HttpContext context)
    {
        await _answers.WaitAsync(context.RequestAborted);
        _served.Enqueue(context.Request.Path);
    }
}
