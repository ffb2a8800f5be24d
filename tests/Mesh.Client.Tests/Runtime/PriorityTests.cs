using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Runtime;

/// <summary>Endpoints of a higher priority number are called as those of lower ones fail, end to end.</summary>
public sealed class PriorityTests
{
    private const string Ejecting =
        """
        "LoadBalancing": { "Policy": "RoundRobin" },
        "OutlierDetection": { "ConsecutiveErrors": 1, "BaseEjectionTime": "10s", "EjectionJitter": 0 },
        "Routes": [ { "Retry": { "Attempts": 0 } } ]
        """;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_first_level_has_everything_while_enough_of_it_is_ready()
    {
        await using Faulty faulty = await Faulty.StartAsync("a", "b", "c", "d", "spare");
        await using TestMesh mesh = await StartAsync(Ejecting, faulty, ("a", 5), ("b", 5), ("c", 5), ("d", 5), ("spare", 9));
        Assert.Equal((0, 0), await CallAsync(mesh, faulty, "spare"));

        // 3 of 4 carry more than everything.
        faulty.Break("a");
        await EjectAsync(mesh, 1);
        Assert.Equal((0, 0), await CallAsync(mesh, faulty, "spare"));
        Assert.Equal([5, 5, 5, 5, 9], mesh.Service().Endpoints.Select(endpoint => endpoint.Priority));
    }

    [Fact]
    public async Task The_next_level_gets_its_share_as_endpoints_are_ejected_then_everything_and_nothing_when_they_are_back()
    {
        await using Faulty faulty = await Faulty.StartAsync("a", "b", "spare", "other");
        await using TestMesh mesh = await StartAsync(Ejecting, faulty, ("a", 0), ("b", 0), ("spare", 1), ("other", 1));
        faulty.Break("a");
        await EjectAsync(mesh, 1);

        // 1 of 2 carries 70 %. Of 1000 calls 300 are expected elsewhere, with a deviation of 14.5.
        (int failures, int calls) = await CallAsync(mesh, faulty, "spare", "other");
        Assert.Equal(0, failures);
        Assert.InRange(calls, 225, 375);
        Assert.Empty(mesh.Logs.Of("PanicEntered"));

        faulty.Break("b");
        await EjectAsync(mesh, 2);
        Assert.Equal((0, 1000), await CallAsync(mesh, faulty, "spare", "other"));
        Assert.Empty(mesh.Logs.Of("PanicEntered"));

        // Their probes are calls that come while everything goes to the second level.
        faulty.Repair("a", "b");
        _time.Advance(TimeSpan.FromSeconds(11));
        await CallAsync(mesh, faulty);
        Assert.Equal(2, mesh.Logs.Of("EndpointReturned").Count);
        Assert.Equal((0, 0), await CallAsync(mesh, faulty, "spare", "other"));
    }

    [Fact]
    public async Task A_level_that_has_nothing_to_do_is_not_probed_until_it_has()
    {
        await using Faulty faulty = await Faulty.StartAsync("main", "spare");
        await using TestMesh mesh = await StartAsync(
            Ejecting.Replace("\"ConsecutiveErrors\"", "\"MaxEjectionPercent\": 100, \"MinReadyEndpoints\": 0, \"ConsecutiveErrors\"", StringComparison.Ordinal),
            faulty,
            ("main", 0),
            ("spare", 1));
        faulty.Break("main", "spare");
        await EjectAsync(mesh, 2);
        faulty.Repair("main");
        _time.Advance(TimeSpan.FromSeconds(11));
        for (int i = 0; i < 1000 && mesh.Logs.Of("EndpointReturned").Count == 0; i++)
        {
            await CallOnceAsync(mesh);
        }

        Assert.Single(mesh.Logs.Of("EndpointReturned"));
        faulty.Repair("spare");
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((0, 0), await CallAsync(mesh, faulty, "spare"));
        Assert.Equal(EndpointState.Probing, mesh.Endpoint(faulty["spare"].Address).State);

        faulty.Break("main");
        await EjectAsync(mesh, 4);
        Assert.True(await CallOnceAsync(mesh));
        Assert.Equal(EndpointState.Ready, mesh.Endpoint(faulty["spare"].Address).State);
        Assert.Equal((0, 1000), await CallAsync(mesh, faulty, "spare"));
    }

    [Fact]
    public async Task A_level_with_few_ready_endpoints_is_in_panic_only_where_the_others_cannot_help()
    {
        await using Faulty faulty = await Faulty.StartAsync("a", "b", "c", "spare");
        await using TestMesh mesh = await StartAsync(
            Ejecting.Replace("\"ConsecutiveErrors\"", "\"MaxEjectionPercent\": 100, \"ConsecutiveErrors\"", StringComparison.Ordinal),
            faulty,
            ("a", 0),
            ("b", 0),
            ("c", 0),
            ("spare", 1));
        faulty.Break("a", "b");
        await EjectAsync(mesh, 2);

        // 1 of 3 carries 47 %, and the spare one the rest.
        (int failures, int calls) = await CallAsync(mesh, faulty, "spare");
        Assert.Equal(0, failures);
        Assert.InRange(calls, 450, 616);
        Assert.Empty(mesh.Logs.Of("PanicEntered"));

        faulty.Break("spare");
        await EjectAsync(mesh, 3);
        faulty.Clear();
        await CallAsync(mesh, faulty);
        Assert.Single(mesh.Logs.Of("PanicEntered"));
        Assert.All((string[])["a", "b", "c"], name => Assert.InRange(faulty[name].Count, 333, 334));
    }

    [Fact]
    public async Task A_retry_leaves_a_level_that_has_been_tried()
    {
        await using Faulty faulty = await Faulty.StartAsync("main", "spare");
        await using TestMesh mesh = await StartAsync(
            """
            "OutlierDetection": { "ConsecutiveErrors": 0 },
            "Routes": [ { "Retry": { "Attempts": 1, "On": ["5xx"], "Backoff": { "BaseInterval": "1ms", "MaxInterval": "1ms" } } } ]
            """,
            faulty,
            ("main", 0),
            ("spare", 1));
        faulty.Break("main");

        for (int i = 0; i < 3; i++)
        {
            Task<bool> call = CallOnceAsync(mesh);
            await Eventually.Holds(() =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                return call.IsCompleted;
            });
            Assert.True(await call);
        }

        Assert.Equal((3, 3), (faulty["main"].Count, faulty["spare"].Count));
    }

    [Fact]
    public async Task Priorities_hold_within_a_subset_and_change_with_the_settings()
    {
        await using Faulty faulty = await Faulty.StartAsync("a", "b");
        await using TestMesh mesh = await StartAsync("\"Routes\": [ { \"To\": [{ \"Subset\": \"v1\" }] } ]", faulty, ("a", 0), ("b", 1));
        Assert.Equal((0, 0), await CallAsync(mesh, faulty, "b"));

        mesh.Change(Rules("\"Routes\": [ { \"To\": [{ \"Subset\": \"v1\" }] } ]", faulty, ("a", 2), ("b", 1)));
        Assert.Equal((0, 1000), await CallAsync(mesh, faulty, "b"));

        mesh.Change(Rules("", faulty, ("a", 3), ("b", 3)));
        Assert.InRange((await CallAsync(mesh, faulty, "b")).Calls, 1, 999);
    }

    private Task<TestMesh> StartAsync(string settings, Faulty faulty, params (string Name, int Priority)[] endpoints) => TestMesh.StartAsync(
        Rules(settings, faulty, endpoints), builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private static string Rules(string settings, Faulty faulty, params (string Name, int Priority)[] endpoints) => Infrastructure.Rules.Services(
        ("catalog", (settings.Length == 0 ? "" : settings + ", ") + $"\"Endpoints\": [ {string.Join(", ", endpoints.Select(endpoint =>
            $$"""{ "Address": "{{faulty[endpoint.Name].Address}}", "Version": "v1", "Priority": {{endpoint.Priority}} }"""))} ]"));

    private static async Task<bool> CallOnceAsync(TestMesh mesh)
    {
        using HttpResponseMessage response = await mesh.Client().GetUriAsync("http://catalog/");
        return response.IsSuccessStatusCode;
    }

    private static async Task EjectAsync(TestMesh mesh, int ejections)
    {
        for (int i = 0; i < 1000 && mesh.Logs.Of("EndpointEjected").Count < ejections; i++)
        {
            await CallOnceAsync(mesh);
        }

        Assert.Equal(ejections, mesh.Logs.Of("EndpointEjected").Count);
    }

    /// <summary>Calls 1000 times; tells how many calls failed, and how many came to the backends named.</summary>
    private static async Task<(int Failures, int Calls)> CallAsync(TestMesh mesh, Faulty faulty, params string[] backends)
    {
        faulty.Clear();
        int failures = 0;
        for (int i = 0; i < 1000; i++)
        {
            failures += await CallOnceAsync(mesh) ? 0 : 1;
        }

        return (failures, backends.Sum(name => faulty[name].Count));
    }
}
