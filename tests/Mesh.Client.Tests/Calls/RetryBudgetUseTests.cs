using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>Retries stay a small share of the calls, by both budgets, and no more than <c>CircuitBreaker:MaxRetries</c>.</summary>
public sealed class RetryBudgetUseTests
{
    private const string NoWait = "\"Routes\": [{ \"Retry\": { \"Backoff\": { \"BaseInterval\": \"1ms\", \"MaxInterval\": \"1ms\" } } }], \"OutlierDetection\": { \"ConsecutiveErrors\": 0 }";

    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"Percent\": 10, \"MinRetriesPerSecond\": 0, \"Ttl\": \"60s\"", 100, 10)]
    [InlineData("\"Percent\": 0, \"MinRetriesPerSecond\": 0", 20, 0)]
    [InlineData("\"Percent\": 0, \"MinRetriesPerSecond\": 1, \"Ttl\": \"60s\"", 80, 60)]
    [InlineData("\"Percent\": 100, \"MinRetriesPerSecond\": 0", 30, 30)]
    public async Task Retries_of_the_last_while_are_a_share_of_its_calls(string budget, int calls, int retries)
    {
        await using Backend backend = await Backend.StartAsync(answer: Busy);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog($"\"RetryBudget\": {{ {budget} }}, {NoWait}", backend.Address));
        using MetricCollector<long> counted = new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.retries");
        using MetricCollector<long> refused = new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.retry_budget.exhausted");
        HttpClient client = mesh.Client();

        for (int call = 0; call < calls; call++)
        {
            using HttpResponseMessage response = await client.GetAsync(s_catalog, Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        Assert.Equal(calls + retries, backend.Count);
        Assert.Equal(retries, counted.GetMeasurementSnapshot().EvaluateAsCounter());
        Assert.Equal(calls - retries, refused.GetMeasurementSnapshot().EvaluateAsCounter());
    }

    [Theory]
    [InlineData(0, 2, 64, 2)]
    [InlineData(20, 1, 64, 4)]
    [InlineData(20, 1, 3, 3)]
    [InlineData(100, 20, 5, 5)]
    [InlineData(100, 20, 0, 0)]
    public async Task Retries_in_flight_are_a_share_of_the_calls_in_flight_up_to_a_maximum(int percent, int least, int most, int allowed)
    {
        const int Calls = 20;
        TaskCompletionSource firsts = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource retries = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int seen = 0;
        await using Backend backend = await Backend.StartAsync(answer: async context =>
        {
            await (Interlocked.Increment(ref seen) <= Calls ? firsts : retries).Task.WaitAsync(context.RequestAborted);
            await Busy(context);
        });
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(
            $"\"CircuitBreaker\": {{ \"MaxRetries\": {most} }}, \"RetryBudget\": {{ \"Percent\": {percent}, \"MinRetryConcurrency\": {least}, \"MinRetriesPerSecond\": 1000 }}, {NoWait}",
            backend.Address));
        using MetricCollector<long> refused = new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.retry_budget.exhausted");
        HttpClient client = mesh.Client();

        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, Calls).Select(_ => client.GetAsync(s_catalog, Cancel))];
        await Eventually.Holds(() => backend.Count == Calls);
        firsts.SetResult();

        // Those that may try again wait at the server once more; the others have their answer.
        await Eventually.Holds(() => backend.Count == Calls + allowed && calls.Count(call => call.IsCompleted) == Calls - allowed);
        retries.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(Calls + allowed, backend.Count);
        Assert.Equal(Calls - allowed, refused.GetMeasurementSnapshot().EvaluateAsCounter());
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Another_maximum_holds_from_the_next_retry_on()
    {
        await using Backend backend = await Backend.StartAsync(answer: Busy);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog($"\"CircuitBreaker\": {{ \"MaxRetries\": 0 }}, {NoWait}", backend.Address));
        using HttpResponseMessage first = await mesh.Client().GetAsync(s_catalog, Cancel);
        Assert.Equal(1, backend.Count);

        mesh.Change(Rules.Catalog($"\"CircuitBreaker\": {{ \"MaxRetries\": 1 }}, {NoWait}", backend.Address));

        using HttpResponseMessage second = await mesh.Client().GetAsync(s_catalog, Cancel);
        Assert.Equal(3, backend.Count);
    }

    private static Task Busy(HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }
}
