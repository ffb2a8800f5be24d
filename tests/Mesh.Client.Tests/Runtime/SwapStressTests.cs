using System.Diagnostics.Metrics;
using System.Net;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Runtime;

/// <summary>Rules and endpoints are swapped without pause while many call.</summary>
public sealed class SwapStressTests
{
    private const int Callers = 64;
    private const int CallsEach = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_call_fails_and_none_is_left_in_flight(bool http2)
    {
        Backend[] backends = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Backend.StartAsync($"b{i}", AnswerAsync, http2)));
        FakeDiscovery discovery = new();
        discovery["catalog"].Have(backends[0].Address);
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(0, backends), discovery.AddTo);
        using MetricCollector<long> active = new(mesh.Services.GetRequiredService<IMeterFactory>(), "Mesh.Client", "mesh.client.active_calls");
        HttpClient client = mesh.Client();
        using CancellationTokenSource done = new();
        int swaps = 0;
        string[] discovered = [];
        Task swapping = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    mesh.Change(Rules(swaps, backends));
                    discovered = [.. Enumerable.Range(0, 1 + (swaps % 3)).Select(i => backends[(swaps + i) % 4].Address)];
                    discovery["catalog"].Have(discovered);
                    swaps++;
                    await Task.Delay(1, CancellationToken.None);
                }
            },
            Cancel);

        try
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(client, caller, http2), Cancel)));
        }
        finally
        {
            await done.CancelAsync();
            await swapping;
        }

        Assert.True(swaps > 10, $"There were {swaps} swaps only.");
        swaps += swaps % 7 == 6 ? 1 : 0;
        mesh.Change(Rules(swaps, backends));
        Assert.Equal([$"turn-{swaps}"], mesh.Service().Routes);
        Assert.Equal(Addresses(swaps, backends), mesh.Service("pricing").Endpoints.Select(endpoint => endpoint.Address));
        await Eventually.Holds(() => mesh.Service().Endpoints.Select(endpoint => endpoint.Address).SequenceEqual(discovered));
        Assert.Equal(Callers * CallsEach * 2, active.GetMeasurementSnapshot().Count);
        Assert.Equal(0, active.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.All(mesh.Mesh.Describe().Services, service => Assert.Equal(0, service.ActiveCalls));
        Assert.All(mesh.Mesh.Describe().Services.SelectMany(service => service.Endpoints), endpoint => Assert.Equal(0, endpoint.ActiveRequests));
        Assert.Empty(mesh.Logs.Of("SettingsRefused"));
        Assert.Empty(mesh.Logs.Of("EndpointEjected"));
        foreach (Backend backend in backends)
        {
            await backend.DisposeAsync();
        }
    }

    private static async Task CallAsync(HttpClient client, int caller, bool http2)
    {
        for (int i = 0; i < CallsEach; i++)
        {
            // One service has its endpoints from the settings, the other from discovery.
            using HttpRequestMessage request = new(i % 3 == 0 ? HttpMethod.Post : HttpMethod.Get, $"http://{(i % 2 == 0 ? "catalog" : "pricing")}/{caller}/{i}");
            request.Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Content = i % 3 == 0 ? new StringContent("question") : null;
            if (i % 7 == 3)
            {
                await CancelSoonAsync(client, request);
                continue;
            }

            using HttpResponseMessage response = await client.SendAsync(
                request, i % 5 == 0 ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            if (i % 10 != 0)
            {
                Assert.Equal($"/{caller}/{i}", await response.Content.ReadAsStringAsync(Cancel));
            }
        }
    }

    private static async Task CancelSoonAsync(HttpClient client, HttpRequestMessage request)
    {
        using CancellationTokenSource soon = new();
        Task<HttpResponseMessage> call = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, soon.Token);
        await Task.Yield();
        await soon.CancelAsync();
        try
        {
            using HttpResponseMessage response = await call;
            await response.Content.ReadAsStringAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            // What it asked for.
        }
    }

    private static string Rules(int turn, Backend[] backends)
    {
        string addresses = string.Join(", ", Addresses(turn, backends).Select(address => $$"""{ "Address": "{{address}}", "Version": "v1", "Weight": {{1 + (turn % 3)}} }"""));
        string policy = Enum.GetNames<BalancingPolicy>()[turn % 4];
        string timeout = turn % 3 == 0 ? "" : """, "Timeout": "30s" """;
        return $$"""
            { "Enabled": {{(turn % 7 == 6 ? "false" : "true")}}, "Services": {
                "catalog": { "CircuitBreaker": { "MaxConnections": {{64 + (turn % 2)}} }, "LoadBalancing": { "Policy": "{{policy}}" }, "Routes": [ { "Name": "turn-{{turn}}" {{timeout}} } ] },
                "pricing": { "Endpoints": [{{addresses}}], "LoadBalancing": { "Policy": "{{policy}}" },
                    "CircuitBreaker": { "MaxRequests": {{20 + (turn % 5)}}, "MaxPendingRequests": 100, "MaxConnections": {{8 + (turn % 3)}} },
                    "Routes": [ { "Name": "to-catalog", "Match": { "PathPrefix": "/{{turn % 64}}" }, "To": [{ "Service": "catalog" }] }, { "Name": "rest", "To": [{ "Subset": "v1" }] {{timeout}} } ] } } }
            """;
    }

    private static IEnumerable<string> Addresses(int turn, Backend[] backends) => Enumerable.Range(0, 1 + (turn % 4)).Select(i => backends[(turn + i) % 4].Address);

    private static async Task AnswerAsync(HttpContext context)
    {
        await context.Response.WriteAsync(context.Request.Path.Value!);
        await context.Response.Body.FlushAsync();
    }
}
