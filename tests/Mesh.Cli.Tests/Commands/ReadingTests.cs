using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary>Commands that show what the server has.</summary>
public sealed class ReadingTests
{
    [Fact]
    public async Task Services_are_listed_and_their_documents_can_be_applied_as_they_are_written()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog + "---\n" + Documents.Pricing);

        Assert.Equal(
            ["NAME     NAMESPACE  ENDPOINTS  SUBSETS  ROUTES", "catalog  default    2          0        2", "pricing  shop       1          0        0"],
            (await server.RunAsync("get", "services")).Lines);
        Assert.Equal("pricing", (string?)(await server.RunAsync("get", "services", "-o", "json")).Json()[1]!["name"]);
        ToolRun yaml = await server.RunAsync("get", "services", "-o", "yaml");
        ToolRun again = await Run.Tool(["apply", "-f", "-"], yaml.Out, server.Url);
        Assert.Equal("Nothing to do: generation 1 has all of it.", again.Lines[^1]);
    }

    [Fact]
    public async Task Services_are_listed_with_the_endpoints_that_there_are()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RegisteredProcess other = await RegisteredProcess.StartAsync(server.Xds, "till.shop", "t-1", 6001);
        const string Others = "1 service has registered and no document: `mesh endpoints` shows all.";
        Assert.Equal([Others], (await server.RunAsync("get", "services")).Lines);

        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "pricing.shop", "p-1", 6002);
        await server.ApplyAsync(Documents.Pricing + "---\n" + Documents.Open);

        Assert.Equal(
            ["NAME     NAMESPACE  ENDPOINTS  SUBSETS  ROUTES", "shop     default    -          0        1", "pricing  shop       2          0        0", Others],
            (await server.RunAsync("get", "services")).Lines);
        Assert.Equal(2, (await server.RunAsync("get", "services", "-o", "json")).Json().AsArray().Count);
    }

    [Fact]
    public async Task One_document_is_shown_as_yaml_or_json()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Pricing + "---\nkind: MeshSettings\ndefaults: { retryBudget: { percent: 10 } }\n");

        Assert.Equal("kind: Service", (await server.RunAsync("get", "service", "pricing.shop")).Lines[1]);
        Assert.Equal("shop", (string?)(await server.RunAsync("get", "service", "pricing.shop", "-o", "json")).Json()["namespace"]);
        Assert.Contains("percent: 10", (await server.RunAsync("get", "mesh-settings")).Out, StringComparison.Ordinal);

        ToolRun missing = await server.RunAsync("get", "service", "pricing");
        Assert.Equal((4, ""), (missing.ExitCode, missing.Out));
        Assert.Contains("pricing.default", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" Did you mean 'catalog'?", "get", "service", "catalgo")]
    [InlineData(" Did you mean 'catalog'?", "delete", "service", "catalog.shop")]
    [InlineData(" Did you mean 'pricing.shop'?", "get", "service", "pricing")]
    [InlineData(" Did you mean 'pricing.shop'?", "history", "pricng")]
    [InlineData(" Did you mean 'catalog'?", "split", "catalgo", "v2=10")]
    [InlineData(" Did you mean 'catalog'?", "explain", "GET", "http://catalgo/")]
    [InlineData(" Did you mean 'catalog.default'?", "explain", "GET", "http://catalog/", "--from", "web.shop")]
    [InlineData(" Did you mean 'pricing'?", "explain", "GET", "http://pricings/", "--from", "web.shop")]
    [InlineData("Service ghost.default.", "get", "service", "ghost")]
    public async Task A_name_that_is_mistyped_is_told_with_the_one_that_was_meant(string expected, params string[] args)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog + "---\n" + Documents.Pricing);

        ToolRun run = await server.RunAsync(args);

        Assert.Equal((4, ""), (run.ExitCode, run.Out));
        Assert.EndsWith(expected, run.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_of_a_service_holds_what_changed_it()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);
        await server.ApplyAsync(Documents.Pricing);
        await server.RunAsync("split", "catalog", "v2=20", "-m", "more of it");

        ToolRun all = await server.RunAsync("history");
        ToolRun one = await server.RunAsync("history", "catalog");

        Assert.StartsWith("3 ", all.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith("more of it", all.Lines[1], StringComparison.Ordinal);
        Assert.Equal(["3", "1"], one.Lines.Skip(1).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task The_history_of_a_service_outlives_it_and_nobody_else_has_one()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);
        await server.RunAsync("delete", "service", "catalog");

        Assert.Equal(3, (await server.RunAsync("history", "catalog")).Lines.Length);
        foreach (string format in new[] { "table", "json" })
        {
            ToolRun nobody = await server.RunAsync("history", "nope", "-o", format);
            Assert.Equal((4, ""), (nobody.ExitCode, nobody.Out));
            Assert.StartsWith("There is no such service nope.default, and none is in the history.", nobody.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_history_fits_a_screen_line_by_line_and_is_whole_elsewhere()
    {
        string why = string.Concat(Enumerable.Repeat("because ", 500)).Trim();
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog + "---\n" + Documents.Pricing);
        await server.RunAsync("split", "catalog", "v2=20", "-m", why);

        ToolRun screen = await Run.Tool(["history"], server: server.Url, screenWidth: 80);
        ToolRun file = await server.RunAsync("history");

        Assert.Equal(4, screen.Shown.Length);
        Assert.All(screen.Shown, line => Assert.InRange(line.TrimEnd().Length, 1, 80));
        Assert.Contains("…", screen.Shown[1], StringComparison.Ordinal);
        Assert.StartsWith("GENERATION  TIME", screen.Shown[0], StringComparison.Ordinal);
        Assert.Equal(4, file.Lines.Length);
        Assert.EndsWith($"  put     catalog.default updated                        {why}", file.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith("  catalog.default created, pricing.shop created", file.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_that_are_too_many_to_tell_are_counted()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(string.Join("---\n", Enumerable.Range(100, 102).Select(i => $"kind: Service\nname: s{i}\nendpoints: [\"127.0.0.1:{i}\"]\n")));

        Assert.EndsWith(
            "  s100.default created, s101.default created, s102.default created, and 99 more", (await server.RunAsync("history")).Lines[1],
            StringComparison.Ordinal);
        Assert.Equal(2, (int?)(await server.RunAsync("history", "-o", "json")).Json()[0]!["moreChanges"]);
    }

    [Theory]
    [InlineData("No clients are connected.", "proxies")]
    [InlineData("The mesh has no services. `mesh apply -f FOLDER` gives it some.", "get", "services")]
    public async Task Where_there_is_nothing_people_are_told_so_and_scripts_get_an_empty_list(string expected, params string[] args)
    {
        await using TestServer server = await TestServer.StartAsync();

        Assert.Equal((0, expected), await server.RunAsync(args) is var run ? (run.ExitCode, run.Out.TrimEnd()) : default);
        Assert.Equal("[]", (await server.RunAsync([.. args, "-o", "json"])).Out.Trim());
        Assert.Equal(4, (await server.RunAsync("proxies", "web")).ExitCode);
    }
}
