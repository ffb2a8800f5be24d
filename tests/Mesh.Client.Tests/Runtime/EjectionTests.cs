using System.Net;
using System.Net.Sockets;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Runtime;

/// <summary>Endpoints that fail are left out for a while, end to end, by a clock that the test moves.</summary>
public sealed class EjectionTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failures_in_a_row_eject_and_the_penalty_grows_until_the_endpoint_answers_again()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad");
        await using TestApp app = await StartAsync(faulty, """{ "ConsecutiveErrors": 3, "BaseEjectionTime": "10s", "MaxEjectionTime": "60s", "EjectionJitter": 0 }""");
        faulty.Break("bad");

        Assert.Equal(3, await FailuresAsync(app, 20));
        EndpointDescription bad = Endpoint(app, faulty["bad"]);
        Assert.Equal(EndpointState.Ejected, bad.State);
        Assert.Contains("3 failures in a row", bad.Reason, StringComparison.Ordinal);
        Assert.Equal(EndpointState.Ready, Endpoint(app, faulty["good"]).State);

        foreach (int penalty in (int[])[10, 20, 40, 60, 60])
        {
            Assert.Equal(TimeSpan.FromSeconds(penalty).ToString(), app.Logs.Of("EndpointEjected")[^1].GetStructuredStateValue("Duration"));
            _time.Advance(TimeSpan.FromSeconds(penalty - 0.1));
            Assert.Equal(0, await FailuresAsync(app, 10));
            _time.Advance(TimeSpan.FromSeconds(0.2));
            Assert.Equal(EndpointState.Probing, Endpoint(app, faulty["bad"]).State);
            Assert.NotNull(Endpoint(app, faulty["bad"]).Reason);

            // The probe, and nothing after it.
            Assert.Equal(1, await FailuresAsync(app, 10));
            Assert.Equal(EndpointState.Ejected, Endpoint(app, faulty["bad"]).State);
        }

        faulty.Repair("bad");
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(0, await FailuresAsync(app, 10));
        Assert.Equal(EndpointState.Ready, Endpoint(app, faulty["bad"]).State);
        Assert.Null(Endpoint(app, faulty["bad"]).Reason);
        Assert.Single(app.Logs.Of("EndpointReturned"));
        Assert.Equal(6, app.Logs.Of("EndpointEjected").Count);
        Assert.All(app.Logs.Of("EndpointEjected"), line => Assert.Equal(LogLevel.Warning, line.Level));

        // Its record is clean: it takes three failures again, and the first penalty.
        faulty.Break("bad");
        Assert.Equal(3, await FailuresAsync(app, 20));
        Assert.Equal("00:00:10", app.Logs.Of("EndpointEjected")[^1].GetStructuredStateValue("Duration"));
    }

    [Fact]
    public async Task A_success_between_failures_starts_the_count_anew()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad");
        await using TestApp app = await StartAsync(faulty, """{ "ConsecutiveErrors": 3 }""");
        for (int i = 0; i < 5; i++)
        {
            faulty.Break("bad");
            Assert.Equal(2, await FailuresAsync(app, 4));
            faulty.Repair("bad");
            Assert.Equal(0, await FailuresAsync(app, 2));
        }

        Assert.Empty(app.Logs.Of("EndpointEjected"));
    }

    [Fact]
    public async Task Of_many_parallel_callers_one_probes()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad");
        await using TestApp app = await StartAsync(faulty, """{ "ConsecutiveErrors": 1, "BaseEjectionTime": "10s", "EjectionJitter": 0 }""");
        faulty.Break("bad");
        await FailuresAsync(app, 2);
        faulty.Repair("bad");
        TaskCompletionSource probe = faulty.Hold("bad");
        faulty["bad"].Requests.Clear();
        _time.Advance(TimeSpan.FromSeconds(11));

        HttpClient client = app.Client();
        Task<string>[] calls = [.. Enumerable.Range(0, 64).Select(_ => Task.Run(() => client.GetTextAsync("http://catalog/"), Cancel))];
        await Eventually.Holds(() => calls.Count(call => call.IsCompletedSuccessfully) == 63);
        Assert.Equal(1, faulty["bad"].Count);
        Assert.Equal(EndpointState.Probing, Endpoint(app, faulty["bad"]).State);

        // Calls that come while the probe is under way go elsewhere too.
        Assert.Equal("good", await client.GetTextAsync("http://catalog/"));
        probe.SetResult();
        Assert.Equal(1, (await Task.WhenAll(calls)).Count(answer => answer == "bad"));
        Assert.Equal(EndpointState.Ready, Endpoint(app, faulty["bad"]).State);
    }

    [Fact]
    public async Task A_probe_that_its_caller_cancels_leaves_the_probing_to_the_next_call()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad");
        await using TestApp app = await StartAsync(faulty, """{ "ConsecutiveErrors": 1, "BaseEjectionTime": "10s", "EjectionJitter": 0 }""");
        faulty.Break("bad");
        await FailuresAsync(app, 2);
        faulty.Repair("bad");
        TaskCompletionSource held = faulty.Hold("bad");
        _time.Advance(TimeSpan.FromSeconds(11));
        faulty["bad"].Requests.Clear();
        using CancellationTokenSource impatient = new();
        Task<string> probe = app.Client().GetStringAsync(new Uri("http://catalog/"), impatient.Token);
        await Eventually.Holds(() => faulty["bad"].Count == 1);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
        held.SetResult();

        Assert.Equal("bad", await app.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(EndpointState.Ready, Endpoint(app, faulty["bad"]).State);
        Assert.Single(app.Logs.Of("EndpointEjected"));
    }

    [Fact]
    public async Task A_probe_that_hangs_until_its_caller_gives_up_does_not_catch_the_next_call()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad");
        await using TestApp app = await StartAsync(faulty, """{ "ConsecutiveErrors": 1, "BaseEjectionTime": "10s", "EjectionJitter": 0 }""");
        faulty.Break("bad");
        await FailuresAsync(app, 2);
        faulty.Hold("bad");
        _time.Advance(TimeSpan.FromSeconds(11));

        // It is left alone for as long as the probe had to wait.
        await GiveUpAsync(after: TimeSpan.FromSeconds(3));
        Assert.Equal("good", await app.Client().GetTextAsync("http://catalog/"));
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal("good", await app.Client().GetTextAsync("http://catalog/"));
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Single(app.Logs.Of("EndpointEjected"));

        // Who waited for longer than the first ejection lasts has seen enough.
        await GiveUpAsync(after: TimeSpan.FromSeconds(10));
        Assert.Equal(EndpointState.Ejected, Endpoint(app, faulty["bad"]).State);
        Assert.Equal("00:00:20", app.Logs.Of("EndpointEjected")[^1].GetStructuredStateValue("Duration"));
        Assert.Equal("cancelled", app.Logs.Of("EndpointEjected")[^1].GetStructuredStateValue("Reason"));

        async Task GiveUpAsync(TimeSpan after)
        {
            faulty["bad"].Requests.Clear();
            using CancellationTokenSource impatient = new();
            Task<string> probe = app.Client().GetStringAsync(new Uri("http://catalog/"), impatient.Token);
            await Eventually.Holds(() => faulty["bad"].Count == 1);
            _time.Advance(after);
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
        }
    }

    [Fact]
    public async Task An_endpoint_that_is_back_gets_its_share_at_once()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad");
        await using TestApp app = await StartAsync(faulty, """{ "ConsecutiveErrors": 1 }""", """{ "Policy": "PeakEwma" }""");
        await FailuresAsync(app, 10);
        faulty.Break("bad");
        while (app.Logs.Of("EndpointEjected").Count == 0)
        {
            await FailuresAsync(app, 1);
        }

        faulty.Repair("bad");
        _time.Advance(TimeSpan.FromSeconds(2));
        await FailuresAsync(app, 1);
        Assert.Single(app.Logs.Of("EndpointReturned"));
        faulty.Clear();

        // A fair coin gives fewer than 25 heads in 100 once in ten million times.
        Assert.Equal(0, await FailuresAsync(app, 100));
        Assert.InRange(faulty["bad"].Count, 25, 75);
    }

    [Fact]
    public async Task A_retry_goes_to_a_ready_endpoint_and_does_not_probe()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad", "worse");
        await using TestMesh mesh = await StartWithRetriesAsync(faulty);
        faulty.Break("bad", "worse");
        while (mesh.Logs.Of("EndpointEjected").Count < 2)
        {
            await CallAsync(mesh);
        }

        // Both are due: the first attempt is the probe of one, and the retry does not try its luck with the other.
        _time.Advance(TimeSpan.FromSeconds(11));
        faulty.Clear();
        Assert.Equal("good", await CallAsync(mesh));
        Assert.Equal((1, 1), (faulty["good"].Count, faulty["bad"].Count + faulty["worse"].Count));
    }

    [Fact]
    public async Task A_retry_probes_where_it_has_tried_all_that_is_ready()
    {
        await using Faulty faulty = await Faulty.StartAsync("one", "other");
        await using TestMesh mesh = await StartWithRetriesAsync(faulty);
        faulty.Break("other");
        while (mesh.Logs.Of("EndpointEjected").Count == 0)
        {
            await CallAsync(mesh);
        }

        faulty.Repair("other");
        faulty.Break("one");
        TaskCompletionSource held = faulty.Hold("one");
        faulty.Clear();
        Task<string> call = CallAsync(mesh);
        await Eventually.Holds(() => faulty["one"].Count == 1);
        _time.Advance(TimeSpan.FromSeconds(11));
        held.SetResult();

        Assert.Equal("other", await call);
        Assert.Single(mesh.Logs.Of("EndpointReturned"));
    }

    [Fact]
    public async Task An_endpoint_that_has_left_is_not_ejected()
    {
        await using Faulty faulty = await Faulty.StartAsync("stays", "stays too", "leaves");
        await using TestMesh mesh = await TestMesh.StartAsync(
            Infrastructure.Rules.Catalog("""  "OutlierDetection": { "ConsecutiveErrors": 1 }, "LoadBalancing": { "Policy": "RoundRobin" } """, faulty.All.Select(backend => backend.Address)));
        faulty.Break("leaves");
        TaskCompletionSource held = faulty.Hold("leaves");
        Task<HttpResponseMessage[]> calls = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => mesh.Client().GetUriAsync("http://catalog/")));
        await Eventually.Holds(() => faulty["leaves"].Count == 1);
        mesh.Change(Infrastructure.Rules.Catalog("""  "OutlierDetection": { "ConsecutiveErrors": 1 } """, faulty["stays"].Address, faulty["stays too"].Address));

        held.SetResult();
        Assert.Contains((await calls).Select(response => response.StatusCode), status => status == HttpStatusCode.InternalServerError);
        await mesh.IsIdle();

        Assert.Empty(mesh.Logs.Of("EndpointEjected"));
    }

    [Fact]
    public async Task A_subset_whose_only_endpoint_is_ejected_calls_it_all_the_same()
    {
        await using Faulty faulty = await Faulty.StartAsync("a", "b", "c");
        await using TestMesh mesh = await TestMesh.StartAsync($$"""
            { "Services": { "catalog": {
                "Endpoints": [ {{string.Join(", ", faulty.All.Select(backend => $$"""{ "Address": "{{backend.Address}}", "Version": "{{backend.Name}}" }"""))}} ],
                "Routes": [ { "To": [{ "Subset": "a" }] } ],
                "LoadBalancing": { "PanicThreshold": 0 }, "OutlierDetection": { "ConsecutiveErrors": 1, "BaseEjectionTime": "1m" } } } }
            """);
        faulty.Break("a");
        using HttpResponseMessage failed = await mesh.Client().GetUriAsync("http://catalog/");
        Assert.Single(mesh.Logs.Of("EndpointEjected"));
        faulty.Repair("a");

        Assert.Equal("a", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Theory]
    [InlineData(50, 1, 2)]
    [InlineData(25, 1, 1)]
    [InlineData(10, 1, 1)]
    [InlineData(75, 1, 3)]
    [InlineData(100, 1, 3)]
    [InlineData(100, 2, 2)]
    [InlineData(100, 4, 0)]
    public async Task No_more_are_ejected_than_the_settings_allow(int maxEjectionPercent, int minReadyEndpoints, int ejected)
    {
        await using Faulty faulty = await Faulty.StartAsync("a", "b", "c", "d");
        await using TestApp app = await StartAsync(
            faulty,
            $$"""{ "ConsecutiveErrors": 2, "MaxEjectionPercent": {{maxEjectionPercent}}, "MinReadyEndpoints": {{minReadyEndpoints}} }""",
            """{ "Policy": "RoundRobin", "PanicThreshold": 0 }""");
        faulty.Break("a", "b", "c", "d");

        await FailuresAsync(app, 40);

        Assert.Equal(ejected, Endpoints(app).Count(endpoint => endpoint.State == EndpointState.Ejected));
        Assert.Equal(ejected, app.Logs.Of("EndpointEjected").Count);
    }

    [Fact]
    public async Task The_only_endpoint_is_never_ejected()
    {
        await using Faulty faulty = await Faulty.StartAsync("only");
        await using TestApp app = await StartAsync(faulty, """{ "ConsecutiveErrors": 1, "MaxEjectionPercent": 100 }""");
        faulty.Break("only");

        Assert.Equal(10, await FailuresAsync(app, 10));
        faulty.Repair("only");
        Assert.Equal(0, await FailuresAsync(app, 10));
    }

    [Fact]
    public async Task In_panic_all_get_calls()
    {
        await using Faulty faulty = await Faulty.StartAsync("a", "b", "c", "d");
        await using TestApp app = await StartAsync(
            faulty,
            """{ "ConsecutiveErrors": 1, "MaxEjectionPercent": 100, "BaseEjectionTime": "1m", "EjectionJitter": 0 }""",
            """{ "Policy": "RoundRobin", "PanicThreshold": 50 }""");
        faulty.Break("a", "b", "c");
        await FailuresAsync(app, 8);

        FakeLogRecord line = Assert.Single(app.Logs.Of("PanicEntered"));
        Assert.Equal(LogLevel.Warning, line.Level);
        faulty.Clear();
        Assert.Equal(9, await FailuresAsync(app, 12));
        Assert.All((string[])["a", "b", "c", "d"], name => Assert.Equal(3, faulty[name].Count));

        faulty.Repair("a", "b", "c");
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(0, await FailuresAsync(app, 12));
        Assert.All(Endpoints(app), endpoint => Assert.Equal(EndpointState.Ready, endpoint.State));
        Assert.Single(app.Logs.Of("PanicLeft"));
        Assert.Single(app.Logs.Of("PanicEntered"));
    }

    [Fact]
    public async Task An_endpoint_that_refuses_connections_is_ejected_and_no_caller_notices()
    {
        await using Backend good = await Backend.StartAsync("good");
        using Socket closed = new(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using TestApp app = await TestApp.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.Configuration.AddPairs(
                ("Mesh:Services:catalog:Endpoints:0", good.Address),
                ("Mesh:Services:catalog:Endpoints:1", closed.LocalEndPoint!.ToString()),
                ("Mesh:Services:catalog:LoadBalancing:Policy", "RoundRobin"),
                ("Mesh:Services:catalog:Routes:0:Retry:Backoff:BaseInterval", "1ms"),
                ("Mesh:Services:catalog:Routes:0:Retry:Backoff:MaxInterval", "1ms"));
            builder.AddServiceMesh();
        });
        HttpClient client = app.Client();

        for (int i = 0; i < 20; i++)
        {
            Task<string> call = client.GetTextAsync("http://catalog/");
            await Eventually.Holds(() => call.IsCompleted || !Advance(TimeSpan.FromMilliseconds(1)));
            Assert.Equal("good", await call);
        }

        Assert.Equal([EndpointState.Ready, EndpointState.Ejected], Endpoints(app).Select(endpoint => endpoint.State));
        Assert.Equal("connect-failure", Assert.Single(app.Logs.Of("EndpointEjected")).GetStructuredStateValue("Reason"));
    }

    [Fact]
    public async Task An_ejection_holds_for_every_subset_and_survives_a_change_of_the_rules()
    {
        await using Faulty faulty = await Faulty.StartAsync("good", "bad");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules("first"), builder => builder.Services.AddSingleton<TimeProvider>(_time));
        faulty.Break("bad");
        HttpClient client = mesh.Client();
        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage response = await client.GetUriAsync("http://catalog/v1");
        }

        faulty.Clear();
        mesh.Change(Rules("second"));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("good", await client.GetTextAsync("http://catalog/v1"));
            Assert.Equal("good", await client.GetTextAsync("http://catalog/"));
        }

        Assert.Equal(0, faulty["bad"].Count);
        Assert.Single(mesh.Logs.Of("EndpointEjected"));

        string Rules(string name) => $$"""
            { "Services": { "catalog": {
                "Endpoints": [ { "Address": "{{faulty["good"].Address}}", "Version": "v1" }, { "Address": "{{faulty["bad"].Address}}", "Version": "v1" } ],
                "Routes": [ { "Name": "{{name}}", "Match": { "Path": "/v1" }, "To": [{ "Subset": "v1" }] }, { "Name": "rest" } ],
                "OutlierDetection": { "ConsecutiveErrors": 1 } } } }
            """;
    }

    private Task<TestMesh> StartWithRetriesAsync(Faulty faulty) => TestMesh.StartAsync(
        Infrastructure.Rules.Catalog(
            """
            "Routes": [ { "Retry": { "Attempts": 1, "On": ["5xx"], "Backoff": { "BaseInterval": "1ms", "MaxInterval": "1ms" } } } ],
            "LoadBalancing": { "Policy": "RoundRobin", "PanicThreshold": 0 },
            "OutlierDetection": { "ConsecutiveErrors": 1, "MaxEjectionPercent": 100, "BaseEjectionTime": "10s", "EjectionJitter": 0 }
            """,
            faulty.All.Select(backend => backend.Address)),
        builder => builder.Services.AddSingleton<TimeProvider>(_time));

    // The clock goes on by the milliseconds that a retry waits.
    private async Task<string> CallAsync(TestMesh mesh)
    {
        Task<HttpResponseMessage> call = mesh.Client().GetUriAsync("http://catalog/");
        await Eventually.Holds(() => call.IsCompleted || !Advance(TimeSpan.FromMilliseconds(1)));
        using HttpResponseMessage response = await call;
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(Cancel) : "";
    }

    private static IReadOnlyList<EndpointDescription> Endpoints(TestApp app) => Assert.Single(app.Mesh.Describe().Services).Endpoints;

    private static EndpointDescription Endpoint(TestApp app, Backend backend) => Endpoints(app).Single(endpoint => endpoint.Address == backend.Address);

    private static async Task<int> FailuresAsync(TestApp app, int calls)
    {
        HttpClient client = app.Client();
        int failures = 0;
        for (int i = 0; i < calls; i++)
        {
            using HttpResponseMessage response = await client.GetUriAsync("http://catalog/");
            failures += response.IsSuccessStatusCode ? 0 : 1;
        }

        return failures;
    }

    private bool Advance(TimeSpan by)
    {
        _time.Advance(by);
        return true;
    }

    private Task<TestApp> StartAsync(Faulty faulty, string detection, string balancing = """{ "Policy": "RoundRobin" }""") => TestApp.StartAsync(builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Configuration.Sources.Add(new ChangeableJson($$"""
            { "Services": { "catalog": {
                "Endpoints": [{{string.Join(", ", faulty.All.Select(backend => $"\"{backend.Address}\""))}}],
                "LoadBalancing": {{balancing}}, "OutlierDetection": {{detection}} } } }
            """));
        builder.AddServiceMesh();
    });
}
