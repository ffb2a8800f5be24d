using Mesh.Cli.Tests.Infrastructure;
using Mesh.ConfigServer.Rest;

namespace Mesh.Cli.Tests.Commands;

/// <summary>JSON of something that is no config server, or of one that lies.</summary>
public sealed class ForeignAnswerTests
{
    private const string NoServices = """{"time":"2026-05-01T12:00:00Z","services":[]}""";

    private static readonly string s_status = $$"""
        {"version":"{{ServerFacts.Version}}","epoch":1,"generation":7,"meshId":"m","readOnly":false,"xds":"h:1","http":"h:2","store":"s",
        "refused":null}
        """;

    [Theory]
    [InlineData("{}", "get", "services")]
    [InlineData("null", "get", "services")]
    [InlineData("[]", "get", "services")]
    [InlineData("""{"generation":1,"documents":5}""", "get", "services")]
    [InlineData("""{"generation":1,"documents":null}""", "get", "services")]
    [InlineData("[]", "get", "service", "catalog", "-o", "json")]
    [InlineData("5", "get", "mesh-settings", "-o", "json")]
    [InlineData("{}", "history")]
    [InlineData("""{"generations":null}""", "history")]
    [InlineData("""{"generations":[{}]}""", "history")]
    [InlineData("{}", "proxies")]
    [InlineData("{}", "check")]
    [InlineData("{}", "endpoints")]
    [InlineData("""{"time":"2026-05-01T12:00:00Z","services":[{}]}""", "endpoints")]
    [InlineData("[]", "split", "catalog", "v2=5")]
    [InlineData("{}", "rollback", "1")]
    [InlineData("{}", "delete", "service", "catalog")]
    [InlineData("{}", "explain", "GET", "http://catalog/")]
    [InlineData("""{"epoch":1,"generation":1,"dryRun":false,"changes":null,"warnings":[]}""", "rollback", "1")]
    [InlineData("""{"epoch":1,"epoch":1,"generation":1,"dryRun":false,"changes":[],"warnings":[]}""", "rollback", "1")]
    public async Task What_no_config_server_answers_is_told(string json, params string[] args)
    {
        await using FakeServer server = await FakeServer.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(json));
        });

        ToolRun run = await Run.Tool(args, server: server.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            $"{server.Url} answers what this tool does not understand, and is probably no config server.", run.Out + run.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mesh get service ", """{"services":[{"service":"$(touch ran)","namespace":"default","hasDocument":true,"endpoints":0}]}""")]
    [InlineData("mesh get service ", """{"services":[{"service":"a","namespace":"`b`","hasDocument":true,"endpoints":0}]}""")]
    [InlineData("mesh get service ", """{"services":[5,null]}""")]
    [InlineData(
        "mesh get service ",
        """
        {"services":[{"service":"$x","namespace":"default","hasDocument":true,"endpoints":0},
        {"service":"good","namespace":"default","hasDocument":true,"endpoints":null}]}
        """,
        "good")]
    [InlineData("mesh get service ", "{}")]
    [InlineData("mesh get service ", "null")]
    [InlineData("mesh endpoints ", """{"services":[{"service":"$x","namespace":"a","hasDocument":false,"endpoints":null}]}""")]
    [InlineData("mesh endpoints ", "{}")]
    [InlineData("mesh split catalog ", "[]")]
    [InlineData("mesh split catalog ", """{"subsets":{"$(touch ran)":{},"v1":{}}}""", "v1=")]
    public async Task Only_names_are_completed(string line, string json, params string[] expected)
    {
        await using FakeServer server = await FakeServer.StartAsync(
            ("api/v1/services", json), ("api/v1/services/default/catalog", json), ("api/v1/endpoints", NoServices));

        ToolRun run = await Run.Tool([$"[suggest:{line.Length}]", line], server: server.Url);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(expected, run.Lines.Where(name => name.Length > 0 && !name.StartsWith('-')));
    }

    [Fact]
    public async Task Documents_of_the_server_that_cannot_be_read_cannot_be_compared_with()
    {
        await using FakeServer server = await FakeServer.StartAsync(
            ("api/v1/documents", """{"epoch":1,"generation":1,"documents":[{"kind":"Gateway","name":"g"}]}"""));

        ToolRun run = await Run.Tool(["diff", "-f", "-"], Documents.Pricing, server.Url);

        Assert.Equal((6, ""), (run.ExitCode, run.Out));
        Assert.StartsWith($"What {server.Url} has cannot be compared with", run.Error, StringComparison.Ordinal);
        Assert.Contains("'Gateway' is not one of Service, MeshSettings, AuthorizationPolicy, PeerAuthentication.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_check_found_stands_when_the_server_fails_later()
    {
        await using FakeServer server = await FakeServer.StartAsync(("api/v1/status", s_status), ("readyz", ""));

        ToolRun run = await Run.Tool(["check", "-o", "json"], server: server.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            ["ok server", "ok readiness", "ok versions", "ok xds", "fail server"],
            run.Json().AsArray().Select(finding => $"{finding!["severity"]} {finding["check"]}"));
    }

    [Fact]
    public async Task Rules_that_are_too_many_to_be_checked_are_a_finding()
    {
        string large = new('x', 17 * 1024 * 1024);
        await using FakeServer server = await FakeServer.StartAsync(
            ("api/v1/status", s_status), ("readyz", ""), ("api/v1/clients", """{"time":"2026-05-01T12:00:00Z","clients":[]}"""), ("api/v1/endpoints", NoServices),
            ("api/v1/documents", $$"""{"epoch":1,"generation":1,"documents":[{"kind":"Service","name":"{{large}}"}]}"""));

        ToolRun run = await Run.Tool(["check"], server: server.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ok    clients", run.Out, StringComparison.Ordinal);
        Assert.StartsWith(
            "fail  rules      they cannot be checked: These are 17.0 MB of documents", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_has_the_remedy_that_helps()
    {
        const string Clients = """
            {"time":"2026-05-01T12:00:00Z","clients":[{"id":"web-1","resources":[],"gaps":[
                {"service":"*","path":"","message":"It asks for every resource."},
                {"service":"catalog.default","path":"tls","message":"It gets no endpoints."}]}]}
            """;
        await using FakeServer server = await FakeServer.StartAsync(
            ("api/v1/status", s_status), ("readyz", ""), ("api/v1/clients", Clients), ("api/v1/endpoints", NoServices),
            ("api/v1/documents", """{"epoch":1,"generation":1,"documents":[]}"""));

        ToolRun run = await Run.Tool(["check", "-o", "json"], server: server.Url);

        Assert.Equal(
            [
                ("web-1: It asks for every resource.", null),
                ("web-1 cannot honour catalog.default: It gets no endpoints.", "Update the client, or do without the rule."),
            ],
            run.Json().AsArray().Where(finding => (string?)finding!["check"] == "clients").Select(
                finding => ((string?)finding!["found"], (string?)finding["remedy"])));
        Assert.Contains("It asks for every resource.", (await Run.Tool(["proxies", "web-1"], server: server.Url)).Lines);
    }

    [Fact]
    public async Task What_was_restored_is_told_whatever_comes_next()
    {
        using TestFolder folder = new();
        await using FakeServer server = await FakeServer.StartAsync(
            ("api/v1/restore", """{"epoch":5,"generation":3,"dryRun":false,"changes":[],"warnings":[]}"""));

        ToolRun run = await Run.Tool(["restore", folder.Write("a.db", "x"), "--yes"], server: server.Url);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("Restored: the backup's documents are in force, as generation 3 of epoch 5.", run.Out.Trim());
    }
}
