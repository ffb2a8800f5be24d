using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

public sealed class CheckTests
{
    [Fact]
    public async Task A_mesh_that_is_well_has_nothing_but_ok()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog + "---\n" + Documents.Open);

        ToolRun run = await server.RunAsync("check", "-o", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.All(run.Json().AsArray(), finding => Assert.Equal("ok", (string?)finding!["severity"]));
        Assert.Equal(
            ["server", "readiness", "versions", "xds", "endpoints", "clients", "rules"], run.Json().AsArray().Select(finding => (string?)finding!["check"]));
    }

    [Fact]
    public async Task What_is_probably_not_meant_is_a_warning_with_a_remedy()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Contains("the mesh has no documents", (await server.RunAsync("check")).Out, StringComparison.Ordinal);
        await server.ApplyAsync("kind: Service\nname: a\nroutes:\n  - to: [ { service: ghost } ]\n  - name: late\n");

        ToolRun run = await server.RunAsync("check");

        Assert.Equal(
            """
            warn  rules      Service a.default, routes:1: The route 'late' is never tried: 'route-0' before it takes every request.
                             → `mesh get service a.default > edit.yaml`, change it, `mesh apply -f edit.yaml`.
            fail  rules      Service a.default, routes:0:to: Route 'route-0' sends 100 % to ghost.default, which the mesh does not have. What is sent there fails.
                             → Start instances there, or change the route in the document of a.default.
            """.ReplaceLineEndings("\n"),
            Part(run, "rules"));
        Assert.Equal(1, run.ExitCode);

        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "ghost.default", "g-1", 6001);
        ToolRun found = await server.RunAsync("check");
        Assert.DoesNotContain("ghost", found.Out, StringComparison.Ordinal);
        Assert.Equal(0, found.ExitCode);
    }

    [Fact]
    public async Task A_share_that_goes_where_nobody_is_fails()
    {
        const string Split = """
            kind: Service
            name: catalog
            subsets: { slow: { labels: { tier: bronze } } }
            routes:
              - { name: beta, match: { path: /beta }, to: [ { subset: slow } ], mirror: [ { subset: v3 } ] }
              - { name: all, to: [ { subset: v1, weight: 50 }, { subset: v2, weight: 50 }, { subset: v9, weight: 0 } ] }

            """;
        await using TestServer server = await TestServer.StartAsync();
        using RegisteredProcess one = await RegisteredProcess.StartAsync(server.Xds, "catalog.default", "1", 6001, "v1");
        using RegisteredProcess two = await RegisteredProcess.StartAsync(server.Xds, "catalog.default", "2", 6002, "v2");
        ToolRun apply = await Run.Tool(["apply", "-f", "-"], Split, server.Url);
        Assert.Equal(
            """
            warning: stdin:5: Service catalog.default, routes:0:to: Route 'beta' sends 100 % to subset 'slow' of catalog.default, where no endpoint is. What is sent there fails.
            warning: stdin:5: Service catalog.default, routes:0:mirror: Route 'beta' copies requests to subset 'v3' of catalog.default, where no endpoint is. The copies are lost.
            """.ReplaceLineEndings("\n"),
            apply.Error.TrimEnd());
        Assert.Equal(apply.Error, (await Run.Tool(["validate", "-f", "-", "--server", server.Url], Split)).Error);
        Assert.DoesNotContain("v2", Part(await server.RunAsync("check"), "rules"), StringComparison.Ordinal);

        await two.WithdrawAsync();
        ToolRun run = await server.RunAsync("check");

        Assert.EndsWith(
            """
            fail  rules      Service catalog.default, routes:1:to: Route 'all' sends 50 % to subset 'v2' of catalog.default, where no endpoint is. What is sent there fails.
                             → Start instances there, or give the share to others: `mesh split catalog v2=0`.
            """.ReplaceLineEndings("\n"),
            Part(run, "rules"), StringComparison.Ordinal);
        Assert.Contains("→ Start instances there, or give the share to others: `mesh split catalog slow=0 --route beta`.", run.Out, StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);

        // What the check says is to be done can be done.
        ToolRun split = await server.RunAsync("split", "catalog", "v2=30");
        Assert.Contains("routes:1:to: Route 'all' sends 30 % to subset 'v2'", split.Error, StringComparison.Ordinal);
        await server.RunAsync("split", "catalog", "v2=0");
        Assert.DoesNotContain("v2", Part(await server.RunAsync("check"), "rules"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"address":"10.0.0.1:80","state":"unhealthy","origin":"registered","version":"v2"}]""", "where all endpoints are unhealthy")]
    [InlineData("""[{"address":"10.0.0.1:80","state":"held","origin":"registered","version":"v2"}]""", null)]
    [InlineData("[]", "where no endpoint is")]
    [InlineData("null", null)]
    public async Task Of_a_subset_those_count_that_may_be_well(string endpoints, string? expected)
    {
        string services = $$"""
            {"time":"2026-05-01T12:00:00Z","services":[
              {"service":"c","namespace":"default","hasDocument":true,"emptySince":{{(endpoints == "[]" ? "\"2026-05-01T11:48:00Z\"" : "null")}},"comings":0,"goings":0,
               "endpoints":{{endpoints}}}]}
            """;
        const string Document = """{"kind":"Service","name":"c","namespace":"default","routes":[{"name":"all","to":[{"subset":"v2"}]}]}""";

        ToolRun run = await CheckAsync(services, """{"time":"2026-05-01T12:00:00Z","clients":[]}""", null, Document);

        if (expected is null)
        {
            Assert.EndsWith("rules      nothing to complain of", run.Lines[^1], StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains($"Route 'all' sends 100 % to subset 'v2' of c.default, {expected}. What is sent there fails.", Part(run, "rules"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Services_that_are_called_nowhere_and_instances_that_do_not_last_are_found()
    {
        const string Endpoints = """
            {"time":"2026-05-01T12:00:00Z","services":[
              {"service":"empty","namespace":"default","hasDocument":true,"endpoints":[],"emptySince":null,"comings":0,"goings":0},
              {"service":"flaps","namespace":"default","hasDocument":false,"emptySince":null,"comings":9,"goings":7,"endpoints":[
                {"address":"10.0.0.1:80","state":"ready","origin":"registered","instance":"1"},
                {"address":"10.0.0.2:80","state":"ready","origin":"registered","instance":"2"}]},
              {"service":"rolled","namespace":"default","hasDocument":false,"emptySince":null,"comings":6,"goings":6,"endpoints":[
                {"address":"10.0.0.3:80","state":"ready","origin":"registered","instance":"1"},
                {"address":"10.0.0.4:80","state":"silent","origin":"registered","instance":"2"}]},
              {"service":"shaky","namespace":"default","hasDocument":false,"emptySince":null,"comings":0,"goings":0,"endpoints":[
                {"address":"10.0.0.5:80","state":"held","origin":"registered","instance":"1"},
                {"address":"10.0.0.6:80","state":"held","origin":"registered","instance":"2"},
                {"address":"10.0.0.7:80","state":"unhealthy","origin":"registered","instance":"3","reason":"the last 3 health checks failed: 503"}]},
              {"service":"open","namespace":"default","hasDocument":true,"endpoints":null,"emptySince":null,"comings":0,"goings":0}]}
            """;

        ToolRun run = await CheckAsync(Endpoints, """{"time":"2026-05-01T12:00:00Z","clients":[]}""");

        Assert.Equal(
            """
            warn  endpoints  empty.default has none: its document names none, and no process has registered
                             → Calls fail. Start a process of it that registers, or give its document endpoints.
            warn  endpoints  flaps.default flaps: 9 instances came and 7 went in the last 5 minutes
                             → Their logs tell whether they crash, are restarted, or lose the config server again and again.
            warn  endpoints  shaky.default: 10.0.0.5:80 and 1 more (of 3) are held, for they and most others of the service are silent, or were known before the server was away for long
                             → They are given up after a minute. Look at the network between them and the config server.
            warn  endpoints  shaky.default: 10.0.0.7:80 (1 of 3) is unhealthy: the last 3 health checks failed: 503
                             → They are called last. `mesh endpoints` tells the reason of each.
            """.ReplaceLineEndings("\n"),
            Part(run, "endpoints"));
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Since_when_a_service_has_none_left_is_told()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog + "---\nkind: Service\nname: pricing\nendpoints: []\n");
        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "pricing.default", "p-1", 6001);
        using RegisteredProcess other = await RegisteredProcess.StartAsync(server.Xds, "till.shop", "t-1", 6002);
        Assert.DoesNotContain((await server.RunAsync("check")).Lines, line => line.StartsWith("warn", StringComparison.Ordinal));

        await process.WithdrawAsync();
        await other.WithdrawAsync();

        ToolRun run = await server.RunAsync("check");
        Assert.Matches(
            @"(?s)warn  endpoints  pricing\.default has none since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, when its last instance went\n"
            + @" +→ Calls fail\. Start a process of it that registers, or give its document endpoints\.\n"
            + @"warn  endpoints  till\.shop has none since .*, when its last instance went\n +→ Calls fail\. Start a process of it\.\n",
            run.Out);
        Assert.Equal(2, run.Lines.Count(line => line.StartsWith("warn", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Clients_that_are_left_behind_and_versions_that_are_too_far_apart_are_found()
    {
        const string Endpoints = """
            {"time":"2026-05-01T12:00:00Z","services":[
              {"service":"catalog","namespace":"default","hasDocument":false,"emptySince":null,"comings":0,"goings":0,"endpoints":[
                {"address":"10.0.0.1:80","state":"ready","origin":"registered","instance":"1","userAgent":"Mesh.Client 1.4.0"},
                {"address":"10.0.0.2:80","state":"ready","origin":"registered","instance":"2","userAgent":"Mesh.Client 1.5.0"},
                {"address":"10.0.0.3:80","state":"ready","origin":"registered","instance":"3","userAgent":"other 9"}]}]}
            """;
        const string Clients = """
            {"time":"2026-05-01T12:00:00Z","clients":[
              {"id":"web-1","service":"web","namespace":"default","userAgent":"Mesh.Client 1.5.0","sync":"behind","behindSince":"2026-05-01T11:59:20Z",
               "resources":[{"type":"cluster","name":"a","version":"1","state":"stale","error":null,"sentAt":null,"ackedAt":null}]},
              {"id":"web-2","service":"web","namespace":"default","userAgent":"Mesh.Client 1.5.0","sync":"behind","behindSince":"2026-05-01T11:59:40Z",
               "resources":[{"type":"cluster","name":"a","version":"1","state":"stale","error":null,"sentAt":null,"ackedAt":null}]},
              {"id":"catalog.default~1","service":"catalog","namespace":"default","userAgent":"Mesh.Client 1.4.0","sync":"inSync"},
              {"id":"old-1","service":"old","namespace":"default","userAgent":"Mesh.Client 1.2.9-beta","sync":"inSync"},
              {"id":"go-1","service":"go","namespace":"default","userAgent":"grpc-go 0.1","sync":"inSync"}]}
            """;

        ToolRun run = await CheckAsync(Endpoints, Clients, "1.5.2");

        Assert.Matches(
            "^warn  clients    web-1 is left behind since .*: it does not answer to what it was sent of 1 resource\n +→ It may hang, .*$",
            Part(run, "clients"));
        Assert.EndsWith(
            """
            fail  versions   old-1 is of Mesh.Client 1.2.9-beta, and the server is 1.5.2
                             → They understand each other within 2 minor versions. Update the older one.
            warn  versions   instances of catalog.default have Mesh.Client 1.4.0 and 1.5.0
                             → During a rollout that is as it should be; else update those that were left out.
            """.ReplaceLineEndings("\n"),
            Part(run, "versions"), StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
    }

    private static async Task<ToolRun> CheckAsync(string endpoints, string clients, string? version = null, string documents = "")
    {
        string status = $$"""
            {"version":"{{version ?? Mesh.ConfigServer.Rest.ServerFacts.Version}}","epoch":1,"generation":7,"meshId":"m","readOnly":false,
            "xds":"h:1","http":"h:2","store":"s","refused":null}
            """;
        await using FakeServer server = await FakeServer.StartAsync(
            ("api/v1/status", status), ("readyz", ""), ("api/v1/endpoints", endpoints), ("api/v1/clients", clients),
            ("api/v1/documents", $$"""{"epoch":1,"generation":1,"documents":[{{documents}}]}"""),
            ("api/v1/validate", """{"epoch":1,"generation":1,"dryRun":true,"changes":[],"warnings":[]}"""));
        return await Run.Tool(["check"], server: server.Url);
    }

    // The findings of one check, with what is to be done about them.
    private static string Part(ToolRun run, string check)
    {
        bool isMeant = false;
        return string.Join('\n', run.Lines.Where(line => isMeant = line.StartsWith(' ') ? isMeant : line.Length > 6 && line[6..].StartsWith(check, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_the_first_finding()
    {
        ToolRun run = await Run.Tool(["check", "--server", "http://127.0.0.1:1"]);

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("fail  server", run.Lines[1], StringComparison.Ordinal);
    }
}
