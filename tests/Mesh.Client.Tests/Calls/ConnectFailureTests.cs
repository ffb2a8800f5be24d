using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>What a refused connection costs a call: another endpoint, at once, and none of its retries.</summary>
public sealed class ConnectFailureTests
{
    // One after the other, and none is left out: each call that begins at a dead one meets it.
    private const string InTurn = "\"LoadBalancing\": { \"Policy\": \"RoundRobin\" }, \"OutlierDetection\": { \"ConsecutiveErrors\": 0 }";
    private const string NoBudget = "\"RetryBudget\": { \"Percent\": 0, \"MinRetryConcurrency\": 0, \"MinRetriesPerSecond\": 0 }";

    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "", false)]
    [InlineData("GET", InTurn, false)]
    [InlineData("POST", "", false)]
    [InlineData("POST", InTurn, false)]
    [InlineData("GET", InTurn, true)]
    [InlineData("POST", InTurn, true)]
    public async Task No_call_fails_where_one_of_three_is_gone(string method, string settings, bool isHttp2)
    {
        await using Backend first = await Backend.StartAsync(http2: isHttp2);
        await using Backend second = await Backend.StartAsync(http2: isHttp2);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(settings, first.Address, RawServer.DeadAddress(), second.Address));
        HttpClient client = mesh.Client();

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.SendAsync(Request(method, isHttp2), Cancel)));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(50, first.Count + second.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task All_are_tried_and_it_is_no_retry_to_the_budget(string method)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog($"{NoBudget}, {InTurn}", [.. DeadAddresses(4), backend.Address]));
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        using MetricCollector<long> retries = new(meters, "Mesh.Client", "mesh.client.retries");
        using MetricCollector<long> refused = new(meters, "Mesh.Client", "mesh.client.retry_budget.exhausted");

        for (int call = 0; call < 5; call++)
        {
            using HttpResponseMessage response = await mesh.Client().SendAsync(Request(method), Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        // Not each call begins at one that is dead.
        Assert.Equal(5, backend.Count);
        Assert.NotEqual(0, retries.GetMeasurementSnapshot().EvaluateAsCounter());
        Assert.Equal("connect-failure", retries.LastMeasurement!.Tags["mesh.reason"]);
        Assert.Empty(refused.GetMeasurementSnapshot());
    }

    [Theory]
    [InlineData(NoBudget, 3, 3)]
    [InlineData("\"Routes\": [{ \"Retry\": { \"Attempts\": 2, \"Backoff\": { \"BaseInterval\": \"1ms\", \"MaxInterval\": \"1ms\" } } }]", 3, 5)]
    [InlineData(NoBudget, 30, 11)]
    public async Task Where_all_refuse_each_is_asked_once_and_then_the_rules_hold(string settings, int endpoints, int attempts)
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog($"{settings}, {InTurn}", DeadAddresses(endpoints)));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(Request("POST"), Cancel));

        Assert.Equal(MeshFailureReason.ConnectFailure, exception.Reason);
        Assert.Equal(attempts, exception.Attempts);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task The_retries_that_a_call_has_are_left_to_it()
    {
        await using Backend first = await Backend.StartAsync(answer: Busy);
        await using Backend second = await Backend.StartAsync(answer: Busy);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Catalog(InTurn, RawServer.DeadAddress(), first.Address, second.Address));

        for (int call = 1; call <= 6; call++)
        {
            using HttpResponseMessage response = await mesh.Client().SendAsync(Request("GET"), Cancel);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal((call, call), (first.Count, second.Count));
        }
    }

    [Theory]
    [InlineData("\"Attempts\": 0", null)]
    [InlineData("\"On\": [\"reset\"]", null)]
    [InlineData("", false)]
    public async Task Who_wants_no_retry_of_it_gets_none(string retry, bool? option)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await TestMesh.StartAsync(
            Rules.Catalog($"\"Routes\": [{{ \"Retry\": {{ {retry} }} }}], {InTurn}", RawServer.DeadAddress(), backend.Address));
        int failures = 0;

        for (int call = 0; call < 4; call++)
        {
            using HttpRequestMessage request = Request("GET");
            if (option is { } mayRetry)
            {
                request.Options.Set(MeshRequestOptions.Retry, mayRetry);
            }

            failures += await Record.ExceptionAsync(() => mesh.Client().SendAsync(request, Cancel)) is MeshException { Reason: MeshFailureReason.ConnectFailure, Attempts: 1 } ? 1 : 0;
        }

        Assert.Equal(2, failures);
        Assert.Equal(2, backend.Count);
    }

    private static Task Busy(HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }

    private static string[] DeadAddresses(int count) => [.. Enumerable.Range(0, count).Select(_ => RawServer.DeadAddress())];

    private static HttpRequestMessage Request(string method, bool isHttp2 = false) => new(new HttpMethod(method), s_catalog)
    {
        Content = method == "POST" ? new StringContent("order") : null,
        Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = isHttp2 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
    };
}
