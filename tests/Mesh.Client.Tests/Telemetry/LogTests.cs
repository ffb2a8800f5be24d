using Mesh.Client.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Mesh.Client.Tests.Telemetry;

/// <summary>A line for a change of state, none for a call.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Calls_leave_no_line_above_Debug()
    {
        await using Backend good = await Backend.StartAsync("good");
        await using Backend bad = await Backend.StartAsync("bad", Unavailable);
        await using TestMesh mesh = await TestMesh.StartAsync($$"""
            { "Services": { "catalog": {
                "Endpoints": [ "{{good.Address}}", "{{bad.Address}}" ],
                "LoadBalancing": { "Policy": "RoundRobin" }, "OutlierDetection": { "ConsecutiveErrors": 0 } },
              "gone": { "Endpoints": ["127.0.0.1:1"], "OutlierDetection": { "ConsecutiveErrors": 0 } } } }
            """);
        int before = LinesAboveDebug(mesh).Count;

        for (int i = 0; i < 10; i++)
        {
            await mesh.Client().GetTextAsync("http://catalog/");
            await mesh.Client().GetTextAsync($"http://{good.Address}/");
            await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://gone/"));
        }

        Assert.True(bad.Count > 0);
        Assert.Equal(before, LinesAboveDebug(mesh).Count);
    }

    [Fact]
    public async Task Endpoints_that_come_and_go_are_one_line_each_time()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules("127.0.0.1:1", "127.0.0.1:2"));
        mesh.Change(Rules("127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"));

        // The same endpoints in another order, or with another weight, are no change of which there are.
        mesh.Change(Rules("127.0.0.1:4", "127.0.0.1:3", "127.0.0.1:2"));

        Assert.Equal(
            ["catalog 2 settings +2 -0", "catalog 3 settings +2 -1"],
            mesh.Logs.Of("EndpointsChanged").Select(line =>
                $"{line.GetStructuredStateValue("Service")} {line.GetStructuredStateValue("Count")} {line.GetStructuredStateValue("Source")} +{line.GetStructuredStateValue("Added")} -{line.GetStructuredStateValue("Removed")}"));
        Assert.Equal(2, mesh.Logs.Of("SettingsApplied").Count);
    }

    [Fact]
    public async Task Every_line_has_an_id_a_name_and_a_category_of_the_mesh()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules("127.0.0.1:1"));
        mesh.Change("""{ "Bogus": 1 }""");
        mesh.Change("""{ "Enabled": false, "Services": { "catalog": { "Endpoints": ["127.0.0.1:1"] } } }""");

        IReadOnlyList<FakeLogRecord> lines = LinesAboveDebug(mesh);
        Assert.Equal(4, lines.Count);
        Assert.All(lines, line => Assert.True(line.Id.Id > 0 && line.Id.Name is { Length: > 0 }));
        Assert.Equal(4, lines.Select(line => line.Id.Id).Distinct().Count());
    }

    [Fact]
    public async Task Unknown_settings_are_warned_of_where_they_are_let_pass()
    {
        await using TestMesh mesh = await TestMesh.StartAsync("""{ "UnknownSettings": "Warn", "Services": { "catalog": { "Rotes": 1 } } }""");

        FakeLogRecord line = Assert.Single(mesh.Logs.Of("UnknownSetting"));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("Mesh:Services:catalog:Rotes", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_that_no_request_reaches_are_warned_of_at_the_start()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Routes("""{ "Name": "a" }, { "Name": "b" }, { "Name": "c", "Match": { "Path": "/c" } }"""));

        FakeLogRecord line = Assert.Single(mesh.Logs.Of("RoutesUnreachable"));
        Assert.Equal((16, LogLevel.Warning), (line.Id.Id, line.Level));
        Assert.Equal(
            "No request reaches 'b', 'c' of 'catalog': 'a' comes first and takes every request. Put it last, or give it a Match.", line.Message);
    }

    [Theory]
    [InlineData("""{ "Match": { "PathPrefix": "/" } }, {}""", 1)]
    [InlineData("""{ "Match": [{ "Path": "/a" }, { "PathPrefix": "/", "IgnorePathCase": true }] }, {}""", 1)]
    [InlineData("""{ "Order": 1 }, { "Match": { "Path": "/a" } }""", 0)]
    [InlineData("""{ "Match": { "Path": "/a" } }, {}""", 0)]
    [InlineData("""{ "Match": { "Percent": 99.99 } }, {}""", 0)]
    [InlineData("""{ "Match": { "Source": { "Service": "web" } } }, {}""", 0)]
    [InlineData("""{ "Match": { "Cookies": { "a": {} } } }, {}""", 0)]
    public async Task A_route_takes_every_request_when_it_asks_for_nothing(string routes, int lines)
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Routes(routes));

        Assert.Equal(lines, mesh.Logs.Of("RoutesUnreachable").Count);
    }

    [Fact]
    public async Task Unreachable_routes_are_warned_of_once_until_they_are_others()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Routes("""{ "Name": "a" }, { "Name": "b" }"""));
        mesh.Change(Routes("""{ "Name": "a", "Timeout": "1s" }, { "Name": "b" }"""));
        int unchanged = mesh.Logs.Of("RoutesUnreachable").Count;
        mesh.Change(Routes("""{ "Name": "a" }"""));
        mesh.Change(Routes("""{ "Name": "a" }, { "Name": "b" }"""));

        Assert.Equal(1, unchanged);
        Assert.Equal(2, mesh.Logs.Of("RoutesUnreachable").Count);
    }

    private static string Routes(string routes) => Infrastructure.Rules.Catalog($"\"Routes\": [{routes}]", "127.0.0.1:1");

    private static IReadOnlyList<FakeLogRecord> LinesAboveDebug(TestMesh mesh) =>
        [.. mesh.Logs.GetSnapshot().Where(line => line.Level > LogLevel.Debug && line.Category!.StartsWith("Mesh.Client", StringComparison.Ordinal))];

    private static string Rules(params string[] addresses) =>
        $$"""{ "Services": { "catalog": { "Endpoints": [{{string.Join(", ", addresses.Select(address => $"\"{address}\""))}}] } } }""";

    private static Task Unavailable(HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }
}
