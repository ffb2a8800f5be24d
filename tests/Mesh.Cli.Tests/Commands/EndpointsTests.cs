using System.Text.Json.Nodes;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary>What is shown of where services are called.</summary>
public sealed class EndpointsTests
{
    private const string Answer = """
        {"time":"2026-05-01T12:00:00Z","services":[
          {"service":"catalog","namespace":"default","hasDocument":true,"emptySince":null,"comings":14,"goings":13,"endpoints":[
            {"address":"10.0.0.3:80","state":"unhealthy","origin":"registered","reason":"the last 2 health checks failed: 503"},
            {"address":"10.0.0.1:80","state":"static","origin":"document","version":"v1","labels":{},"weight":1,"priority":0},
            {"address":"10.0.0.2:80","state":"held","origin":"registered","instance":"a-very-long-instance-id-of-thirty-six-chars",
             "registeredAt":"2026-05-01T08:30:00Z","lastHeard":"2026-05-01T11:59:43Z","locality":"eu-central-1/eu-central-1a/rack-7","version":"v2","tls":"strict"}]},
          {"service":"old","namespace":"shop","hasDocument":false,"emptySince":"2026-05-01T11:48:00Z","comings":0,"goings":0,"endpoints":[]},
          {"service":"open","namespace":"default","hasDocument":true,"emptySince":null,"comings":0,"goings":0,"endpoints":null}]}
        """;

    [Fact]
    public async Task Every_endpoint_is_a_row_and_services_without_any_are_shown_too()
    {
        await using FakeServer server = await FakeServer.StartAsync(("api/v1/endpoints", Answer));

        ToolRun run = await Run.Tool(["endpoints"], server: server.Url);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            """
            SERVICE          ADDRESS      STATE      ORIGIN      AGE    HEARD  TLS     VERSION  LOCALITY                           INSTANCE
            catalog.default  10.0.0.1:80  static     document    -      -      -       v1       -                                  -
            catalog.default  10.0.0.2:80  held       registered  3h30m  17s    strict  v2       eu-central-1/eu-central-1a/rack-7  a-very-long-instance-id-of-thirty-six-chars
            catalog.default  10.0.0.3:80  unhealthy  registered  -      -      -       -        -                                  -
            old.shop         -            none       registered  -      -      -       -        -                                  -
            open.default     -            elsewhere  document    -      -      -       -        -                                  -

            catalog.default at 10.0.0.3:80 is unhealthy: the last 2 health checks failed: 503.
            catalog.default flaps: 14 instances came and 13 went in the last 5 minutes.
            old.shop: the last instance went 12m ago.
            """.ReplaceLineEndings("\n"),
            run.Out.TrimEnd());
    }

    [Fact]
    public async Task Rows_stay_within_a_screen_of_120()
    {
        await using FakeServer server = await FakeServer.StartAsync(("api/v1/endpoints", Answer));

        ToolRun run = await Run.Tool(["endpoints"], server: server.Url, screenWidth: 120);

        Assert.All(run.Shown, line => Assert.InRange(line.TrimEnd().Length, 0, 120));
        Assert.Equal(10, run.Shown.Length);
    }

    [Fact]
    public async Task Documents_and_processes_are_shown_by_service_and_for_scripts()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);
        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "pricing.shop", "p-1", 6001);

        ToolRun all = await server.RunAsync("endpoints");
        Assert.Equal(4, all.Lines.Length);
        ToolRun one = await server.RunAsync("endpoints", "pricing.shop");
        Assert.Equal(
            ["pricing.shop", "127.0.0.1:6001", "ready", "registered", "-", "v2", "eu/eu-1", "p-1"],
            one.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Where((_, column) => column is not (4 or 5)));

        JsonNode endpoint = (await server.RunAsync("endpoints", "pricing.shop", "-o", "json")).Json()[0]!["endpoints"]![0]!;
        Assert.Equal(("ready", "registered", 1, "all"), ((string?)endpoint["state"], (string?)endpoint["origin"], (int)endpoint["weight"]!, (string?)endpoint["protocols"]));
        Assert.Contains("state: ready", (await server.RunAsync("endpoints", "pricing.shop", "-o", "yaml")).Out, StringComparison.Ordinal);

        await process.WithdrawAsync();
        ToolRun gone = await server.RunAsync("endpoints", "pricing.shop");
        Assert.Contains("pricing.shop: the last instance went 0s ago.", gone.Lines);
    }

    [Fact]
    public async Task A_service_that_nobody_knows_is_not_found_and_the_nearest_is_named()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "pricing.default", "p-1", 6001);

        ToolRun run = await server.RunAsync("endpoints", "pricin");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(
            "The mesh has no service pricin.default: it has no document, and nobody has registered for it in the last hour. Did you mean 'pricing'?",
            run.Error.Trim());
        Assert.EndsWith("`mesh endpoints` lists all.", (await server.RunAsync("endpoints", "xyz")).Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_nothing_people_are_told()
    {
        await using TestServer server = await TestServer.StartAsync();

        Assert.Equal("The mesh has no services: nobody has registered, and there are no documents.", (await server.RunAsync("endpoints")).Out.Trim());
        Assert.Empty((await server.RunAsync("endpoints", "-o", "json")).Json().AsArray());
    }
}
