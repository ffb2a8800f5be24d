using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Runtime;

/// <summary><c>Mesh:Enabled</c>, which can be switched while the application runs.</summary>
public sealed class EnabledTests
{
    [Fact]
    public async Task Switched_off_it_resolves_names_and_takes_turns_and_applies_no_rules()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        string rules = $$"""
            "catalog": {
                "Endpoints": [ { "Address": "{{one.Address}}", "Version": "v1" }, { "Address": "{{two.Address}}", "Version": "v2" } ],
                "Routes": [ { "Name": "items", "Match": { "PathPrefix": "/items" }, "To": [{ "Subset": "v2" }] } ] }
            """;
        await using TestMesh mesh = await StartAsync(rules);
        HttpClient client = mesh.Client();
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetUriAsync("http://catalog/other")).StatusCode);
        Assert.Equal("two", await client.GetTextAsync("http://catalog/items"));

        mesh.Change(Switched(rules, on: false));

        Assert.Equal(["one", "one", "one", "two", "two", "two"], await AnswersAsync(client, "http://catalog/other", 6));
        Assert.False(mesh.Mesh.Describe().Enabled);
        Assert.Equal(["default"], Assert.Single(mesh.Mesh.Describe().Services).Routes);
        Assert.Single(mesh.Logs.Of("MeshDisabled"));

        mesh.Change(Switched(rules, on: true));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetUriAsync("http://catalog/other")).StatusCode);
        Assert.Equal(["two", "two", "two"], await AnswersAsync(client, "http://catalog/items", 3));
        Assert.True(mesh.Mesh.Describe().Enabled);
        Assert.Equal(["items"], Assert.Single(mesh.Mesh.Describe().Services).Routes);
        Assert.Single(mesh.Logs.Of("MeshEnabled"));
    }

    [Fact]
    public async Task Switched_off_it_neither_retries_nor_ejects()
    {
        await using Backend good = await Backend.StartAsync("good");
        await using Backend bad = await Backend.StartAsync("bad", Unavailable);
        string rules = $$"""
            "catalog": {
                "Endpoints": [ "{{good.Address}}", "{{bad.Address}}" ],
                "LoadBalancing": { "Policy": "RoundRobin" },
                "OutlierDetection": { "ConsecutiveErrors": 2, "BaseEjectionTime": "1h", "MaxEjectionTime": "1h" } }
            """;
        await using TestMesh mesh = await StartAsync(rules);
        HttpClient client = mesh.Client();

        // With the mesh the caller sees no failure, and soon the bad one sees no call.
        await AnswersAsync(client, "http://catalog/", 10);
        Assert.Equal(2, bad.Count);
        Assert.Equal([EndpointState.Ready, EndpointState.Ejected], States(mesh));
        good.Requests.Clear();
        bad.Requests.Clear();

        mesh.Change(Switched(rules, on: false));
        int failed = 0;
        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage response = await client.GetUriAsync("http://catalog/");
            failed += response.IsSuccessStatusCode ? 0 : 1;
        }

        Assert.Equal((5, 5, 5), (failed, good.Count, bad.Count));
        Assert.Equal([EndpointState.Ready, EndpointState.Ready], States(mesh));

        // What was learnt before is still known.
        mesh.Change(Switched(rules, on: true));
        Assert.Equal([EndpointState.Ready, EndpointState.Ejected], States(mesh));
        bad.Requests.Clear();
        await AnswersAsync(client, "http://catalog/", 10);
        Assert.Equal(0, bad.Count);
    }

    [Fact]
    public async Task Switched_off_it_has_no_limits()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            await answer.Task;
            await context.Response.WriteAsync("one");
        });
        string rules = $$"""
            "catalog": {
                "Endpoints": [ "{{backend.Address}}" ],
                "Routes": [ { "Timeout": "100ms" } ],
                "CircuitBreaker": { "MaxRequests": 1, "MaxPendingRequests": 0 } }
            """;
        FakeTimeProvider time = new();
        await using TestMesh mesh = await TestMesh.StartAsync(Switched(rules, on: false), builder => builder.Services.AddSingleton<TimeProvider>(time));
        HttpClient client = mesh.Client();

        Task<string>[] calls = [.. Enumerable.Range(0, 5).Select(_ => client.GetTextAsync("http://catalog/"))];
        await Eventually.Holds(() => backend.Count == 5);
        time.Advance(TimeSpan.FromMinutes(1));
        mesh.Change(Switched(rules, on: true));
        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => client.GetTextAsync("http://catalog/"));
        answer.SetResult();

        Assert.Equal(MeshFailureReason.Overflow, exception.Reason);
        Assert.All(await Task.WhenAll(calls), text => Assert.Equal("one", text));
        Assert.Equal(0, Assert.Single(mesh.Mesh.Describe().Services).ActiveCalls);
        Assert.Equal("one", await client.GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Calls_that_wait_for_a_place_go_on_when_it_is_switched_off()
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Backend backend = await Backend.StartAsync("one", async context =>
        {
            await answer.Task;
            await context.Response.WriteAsync("one");
        });
        string rules = $$"""
            "catalog": { "Endpoints": [ "{{backend.Address}}" ], "CircuitBreaker": { "MaxRequests": 1, "MaxPendingRequests": 10 } }
            """;
        await using TestMesh mesh = await StartAsync(rules);
        HttpClient client = mesh.Client();
        Task<string>[] calls = [.. Enumerable.Range(0, 6).Select(_ => client.GetTextAsync("http://catalog/"))];
        await Eventually.Holds(() => backend.Count == 1);

        mesh.Change(Switched(rules, on: false));
        await Eventually.Holds(() => backend.Count == 6);
        answer.SetResult();

        Assert.All(await Task.WhenAll(calls), text => Assert.Equal("one", text));
    }

    [Fact]
    public async Task Switched_off_from_the_start_it_can_be_switched_on()
    {
        await using Backend one = await Backend.StartAsync("one");
        string rules = $$"""
            "catalog": { "Endpoints": ["{{one.Address}}"], "Routes": [ { "Match": { "PathPrefix": "/items" } } ] }
            """;
        await using TestMesh mesh = await TestMesh.StartAsync(Switched(rules, on: false));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        mesh.Change(Switched(rules, on: true));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await mesh.Client().GetUriAsync("http://catalog/")).StatusCode);
    }

    private static Task<TestMesh> StartAsync(string rules) => TestMesh.StartAsync(Switched(rules, on: true));

    private static string Switched(string rules, bool on) => $$"""{ "Enabled": {{(on ? "true" : "false")}}, "Services": { {{rules}} } }""";

    private static IEnumerable<EndpointState> States(TestMesh mesh) => Assert.Single(mesh.Mesh.Describe().Services).Endpoints.Select(endpoint => endpoint.State);

    private static async Task<IEnumerable<string>> AnswersAsync(HttpClient client, string uri, int count)
    {
        List<string> answers = [];
        for (int i = 0; i < count; i++)
        {
            answers.Add(await client.GetTextAsync(uri));
        }

        return answers.Order(StringComparer.Ordinal);
    }

    private static Task Unavailable(HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }
}
