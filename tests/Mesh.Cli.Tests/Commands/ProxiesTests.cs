using Mesh.Cli.Tests.Infrastructure;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.Cli.Tests.Commands;

/// <summary>What is shown of clients that are connected over xDS.</summary>
public sealed class ProxiesTests
{
    [Fact]
    public async Task Clients_are_shown_with_what_they_took_and_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);
        using AdsClient client = new(server.Xds, "web-1", "web");
        DiscoveryResponse clusters = await client.AskAsync(XdsTypes.Cluster, "catalog.default");
        await client.ReplyAsync(clusters, null, "catalog.default");
        DiscoveryResponse endpoints = await client.AskAsync(XdsTypes.ClusterLoadAssignment, "catalog.default");
        await client.ReplyAsync(endpoints, "I do not like them", "catalog.default");

        ToolRun overview = await Eventually.Runs(
            () => server.RunAsync("proxies"), run => run.Lines is [_, var line] && line.Contains("  refuses 1 of 2  ", StringComparison.Ordinal));
        Assert.Matches(@"^web-1   web\.default  v7       127\.0\.0\.1:\d+  Test 1\.0  \d+s +refuses 1 of 2  \d+s ago  +0$", overview.Lines[1]);

        ToolRun details = await server.RunAsync("proxies", "web");
        Assert.StartsWith("web-1: web.default v7 in eu/eu-1 at 127.0.0.1:", details.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith(": refuses 1 of 2", details.Lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^last refused endpoints, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: I do not like them$", details.Lines[1]);
        Assert.Contains(
            details.Lines, line => line.StartsWith("endpoints", StringComparison.Ordinal) && line.EndsWith("I do not like them", StringComparison.Ordinal));
        Assert.Contains(details.Lines, line => line.StartsWith("cluster    catalog.default  synced", StringComparison.Ordinal));
        Assert.Equal(details, await server.RunAsync("proxies", "web-1"));
        Assert.Equal(4, (await server.RunAsync("proxies", "web.other")).ExitCode);
        Assert.Equal(
            "nacked", (string?)(await server.RunAsync("proxies", "-o", "json")).Json()[0]!["resources"]!.AsArray().Single(resource => (string?)resource!["type"] == "endpoints")!["state"]);
    }

    [Fact]
    public async Task How_far_each_client_is_stands_in_words_within_a_screen_of_120()
    {
        const string Clients = """
            {"time":"2026-05-01T12:00:00Z","clients":[
              {"id":"catalog.default~0123456789abcdef","service":"catalog","namespace":"default","version":"2026.5.1+build.77","address":"127.0.0.1:50001",
               "userAgent":"Mesh.Client 0.1.0-alpha.0.77","connectedAt":"2026-04-29T11:00:00Z","sync":"inSync"},
              {"id":"catalog.default~2","service":"catalog","namespace":"default","address":"127.0.0.1:50002","userAgent":"Mesh.Client 0.1.0",
               "connectedAt":"2026-05-01T11:00:00Z","sync":"behind","behindSince":"2026-05-01T11:59:15Z","gaps":[{"service":"*","path":"","message":"m"}],
               "lastNack":{"type":"cluster","reason":"no","at":"2026-05-01T11:50:00Z"}},
              {"id":"web-1","service":"web","namespace":"default","address":"127.0.0.1:50003","userAgent":"grpc-go 1.70","sync":"behind"}]}
            """;
        await using FakeServer server = await FakeServer.StartAsync(("api/v1/clients", Clients));

        ToolRun run = await Run.Tool(["proxies"], server: server.Url, screenWidth: 120);

        Assert.All(run.Shown, line => Assert.InRange(line.TrimEnd().Length, 0, 120));
        Assert.Equal(4, run.Shown.Length);
        Assert.EndsWith("  2d1h  in sync         -        0", run.Shown[1].TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("  1h0m  behind for 45s  10m ago  1", run.Shown[2].TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("  -     waits           -        0", run.Shown[3].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_clients_say_does_not_command_the_terminal()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);
        using AdsClient client = new(server.Xds, "web\u001b[2J", "web");
        DiscoveryResponse clusters = await client.AskAsync(XdsTypes.Cluster, "catalog.default");
        await client.ReplyAsync(clusters, "\u001b]0;title\u0007\nweb-2  \u202e", "catalog.default");

        ToolRun check = await Eventually.Runs(() => server.RunAsync("check"), run => run.ExitCode == 1);

        foreach (ToolRun run in new[] { check, await server.RunAsync("proxies"), await server.RunAsync("proxies", "web"), await server.RunAsync("proxies", "-o", "json") })
        {
            Assert.Contains("\\u001b[2J", run.Out, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(run.Out, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
            Assert.DoesNotContain(run.Lines, line => line.StartsWith("web-2", StringComparison.Ordinal));
        }

        Assert.Equal("web\\u001b[2J", (string?)(await server.RunAsync("proxies", "-o", "json")).Json()[0]!["id"]);
    }

    [Fact]
    public async Task A_check_fails_for_a_client_that_refused_and_warns_of_names_that_nobody_has()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);
        using AdsClient client = new(server.Xds, "web-1", "web");
        DiscoveryResponse clusters = await client.AskAsync(XdsTypes.Cluster, "catalog.default", "ghost.default");
        await client.ReplyAsync(clusters, "I do not like it", "catalog.default", "ghost.default");

        ToolRun run = await Eventually.Runs(() => server.RunAsync("check"), run => run.ExitCode == 1);

        Assert.Contains(
            run.Lines, line => line.StartsWith("fail  clients    web-1 refused catalog.default: I do not like it", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("warn  clients    web-1 asks for ghost.default", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_asks_whether_a_clients_namespace_is_right_where_another_has_the_service()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);
        using AdsClient client = new(server.Xds, "web-1", "web", "shop");
        string[] names = ["catalog.shop", "catalog.elsewhere"];
        DiscoveryResponse clusters = await client.AskAsync(XdsTypes.Cluster, names);
        await client.ReplyAsync(clusters, null, names);

        ToolRun run = await Eventually.Runs(
            () => server.RunAsync("check", "-o", "json"), run => run.Out.Contains("asks for catalog.elsewhere", StringComparison.Ordinal));

        Assert.Equal(
            [
                "web-1 asks for catalog.elsewhere, which the mesh does not have: Apply a document for it, or mend the name that the client calls.",
                "web-1 asks for catalog.shop, which the mesh does not have: catalog.default exists: is the client's namespace right?",
            ],
            run.Json().AsArray().Where(finding => (string?)finding!["severity"] == "warn")
                .Select(finding => $"{finding!["found"]}: {finding["remedy"]}").Order(StringComparer.Ordinal));
    }
}
