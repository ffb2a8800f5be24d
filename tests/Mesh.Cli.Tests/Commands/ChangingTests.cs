using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary>Commands that change what the server has.</summary>
public sealed class ChangingTests
{
    [Fact]
    public async Task A_deleted_service_comes_back_by_a_rollback()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);

        Assert.Equal("Dry run: nothing was written.", (await server.RunAsync("delete", "service", "catalog", "--dry-run")).Lines[^1]);
        Assert.Equal(
            ["ACTION   DOCUMENT", "deleted  Service catalog.default", "Generation 2 is in force."], (await server.RunAsync("delete", "service", "catalog")).Lines);
        Assert.Equal(4, (await server.RunAsync("delete", "service", "catalog")).ExitCode);

        Assert.Equal("Dry run: nothing was written.", (await server.RunAsync("rollback", "1", "--dry-run")).Lines[^1]);
        Assert.Equal("Generation 3 is in force.", (await server.RunAsync("rollback", "1")).Lines[^1]);
        Assert.Equal(0, (await server.RunAsync("get", "service", "catalog")).ExitCode);
        Assert.Equal(4, (await server.RunAsync("rollback", "99")).ExitCode);
    }

    [Fact]
    public async Task The_settings_of_the_mesh_can_be_deleted()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync("kind: MeshSettings\ndefaults: { retryBudget: { percent: 10 } }\n");

        Assert.Equal("deleted  MeshSettings mesh", (await server.RunAsync("delete", "mesh-settings")).Lines[1]);
        Assert.Equal(4, (await server.RunAsync("get", "mesh-settings")).ExitCode);
    }

    [Fact]
    public async Task A_split_changes_the_route_that_takes_every_request()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);

        ToolRun run = await server.RunAsync("split", "catalog", "v2=50");

        Assert.Equal(
            ["ROUTE  TARGET  WEIGHT  SHARE", "all    v1      50      50 %", "all    v2      50      50 %", "Generation 2 is in force."], run.Lines);
        ToolRun other = await server.RunAsync("split", "catalog", "v1=1", "v2=3", "--route", "testers", "-o", "json");
        Assert.Equal(
            ("testers", 0.25m), ((string?)other.Json()["route"], (decimal)other.Json()["targets"]!.AsArray().Single(target => (string?)target!["subset"] == "v1")!["share"]!));
    }

    [Fact]
    public async Task A_split_of_the_README_s_service_leaves_the_rest_to_the_other_version()
    {
        string yaml = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("```yaml\n")[1].Split("```")[0];
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(yaml);
        using RegisteredProcess one = await RegisteredProcess.StartAsync(server.Xds, "catalog.default", "1", 6001, "v1");
        using RegisteredProcess two = await RegisteredProcess.StartAsync(server.Xds, "catalog.default", "2", 6002, "v2");

        Assert.Equal(
            ["rest   v1      90      90 %", "rest   v2      10      10 %"], (await server.RunAsync("split", "catalog", "v2=10")).Lines[1..^1]);
        ToolRun unknown = await server.RunAsync("split", "catalog", "v3=10");
        Assert.Equal(4, unknown.ExitCode);
        Assert.StartsWith("catalog has no subset v3, nor an endpoint of that version.", unknown.Error, StringComparison.Ordinal);

        await server.ApplyAsync(yaml);
        using RegisteredProcess three = await RegisteredProcess.StartAsync(server.Xds, "catalog.default", "3", 6003, null);
        ToolRun refused = await server.RunAsync("split", "catalog", "v2=10");
        Assert.Equal((2, ""), (refused.ExitCode, refused.Out));
        Assert.StartsWith("The endpoint 127.0.0.1:6003 has no version", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_has_only_registered_is_split_and_has_a_document_then()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RegisteredProcess one = await RegisteredProcess.StartAsync(server.Xds, "catalog.shop", "1", 6001, "v1");
        using RegisteredProcess two = await RegisteredProcess.StartAsync(server.Xds, "catalog.shop", "2", 6002, "v2");
        foreach (string[] line in (string[][])[["get", "service", "catalog.shop"], ["history", "Catalog.shop"], ["delete", "service", "catalog.shop"]])
        {
            ToolRun without = await server.RunAsync(line);
            Assert.Equal((4, ""), (without.ExitCode, without.Out));
            Assert.EndsWith(
                "atalog.shop v2=10` makes one, and so does `mesh apply` of kind: Service, name: " + line[^1][..7] + ", namespace: shop.",
                without.Error.Trim(), StringComparison.Ordinal);
        }

        ToolRun dry = await server.RunAsync("split", "Catalog.shop", "v2=10", "--dry-run");
        Assert.Equal((0, "Dry run: nothing was written."), (dry.ExitCode, dry.Lines[^1]));
        Assert.Equal(4, (await server.RunAsync("get", "service", "catalog.shop")).ExitCode);
        Assert.StartsWith("catalog has no subset v3", (await server.RunAsync("split", "catalog.shop", "v3=10")).Error, StringComparison.Ordinal);

        ToolRun run = await server.RunAsync("split", "catalog.shop", "v2=10");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(
            ["split  v1      90      90 %", "split  v2      10      10 %", "catalog.shop had no document: this is its first.", "Generation 1 is in force."],
            run.Lines[1..]);
        Assert.Contains("name: split", (await server.RunAsync("get", "service", "catalog.shop")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("first", (await server.RunAsync("split", "catalog.shop", "v2=20")).Out, StringComparison.Ordinal);
        Assert.Equal(3, (await server.RunAsync("history", "catalog.shop")).Lines.Length);
    }

    [Fact]
    public async Task A_split_that_the_server_refuses_tells_its_faults()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "catalog.default", "1", 6001, "v1");
        await server.ApplyAsync("kind: Service\nname: billing\nhosts: [catalog]\nendpoints: [\"127.0.0.1:1\"]\n");

        ToolRun run = await server.RunAsync("split", "catalog", "v1=100");

        Assert.Equal((5, ""), (run.ExitCode, run.Out));
        Assert.Equal(
            "There is 1 fault; nothing was changed.\n"
            + "Service billing.default, hosts:0: 'catalog' is a name of Service catalog.default already. A name belongs to one service.\n",
            run.Error);
    }

    [Fact]
    public async Task The_history_tells_which_split_it_was_unless_somebody_said_why()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);

        await server.RunAsync("split", "catalog", "v2=0.5");
        await server.RunAsync("split", "catalog.default", "v1=1", "v2=3", "--route", "testers");
        await server.RunAsync("split", "catalog", "v2=20", "-m", "more of it");

        Assert.Equal(
            ["more of it", "split catalog v1=1 v2=3 --route testers", "split catalog v2=0.5", ""],
            (await server.RunAsync("history", "-o", "json")).Json().AsArray().SkipLast(1).Select(entry => (string?)entry!["message"]));
    }

    [Fact]
    public async Task A_split_of_endpoints_that_only_clients_know_is_one_like_others()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Open);

        ToolRun run = await server.RunAsync("split", "shop", "v2=50");

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Equal(["split  v1      50      50 %", "split  v2      50      50 %"], run.Lines[1..^1]);
    }

    [Fact]
    public async Task Splits_at_the_same_time_are_all_made()
    {
        const string Wide = """
            kind: Service
            name: wide
            endpoints: ["127.0.0.1:1"]
            subsets: { a: { version: v1 }, b: { version: v2 } }
            routes:
              - { name: a, match: { path: /a }, to: [ { subset: a }, { subset: b } ] }
              - { name: b, match: { path: /b }, to: [ { subset: a }, { subset: b } ] }
              - { name: c, match: { path: /c }, to: [ { subset: a }, { subset: b } ] }
              - { name: d, match: { path: /d }, to: [ { subset: a }, { subset: b } ] }

            """;
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Wide);

        ToolRun[] runs = await Task.WhenAll(
            new[] { "a", "b", "c", "d" }.Select(route => server.RunAsync("split", "wide", "a=30", "b=70", "--route", route)));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        ToolRun document = await server.RunAsync("get", "service", "wide", "-o", "json");
        Assert.All(document.Json()["routes"]!.AsArray(), route => Assert.Equal(30, (int)route!["to"]![0]!["weight"]!));
    }

    [Theory]
    [InlineData(4, "It has v1, v2.", "catalog", "v22=5")]
    [InlineData(4, "The service has no route none. It has testers, all.", "catalog", "v2=5", "--route", "none")]
    [InlineData(2, "leaves nothing for v1", "catalog", "v2=101")]
    [InlineData(2, "'v2' is no SUBSET=WEIGHT", "catalog", "v2")]
    [InlineData(2, "'v2=-1' is no SUBSET=WEIGHT", "catalog", "v2=-1")]
    [InlineData(2, "v2 is given twice", "catalog", "v2=1", "V2=2")]
    [InlineData(2, "All weights are 0", "catalog", "v1=0", "v2=0")]
    [InlineData(4, "ghost.default", "ghost", "v2=5")]
    public async Task A_split_that_cannot_be_made_says_why(int exitCode, string expected, params string[] args)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Catalog);

        ToolRun run = await server.RunAsync(["split", .. args]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(
            "2", (await server.RunAsync("history", "-o", "json")).Json().AsArray().Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_backup_brings_everything_back()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Catalog);
        string file = folder.At("mesh.db");

        Assert.Equal(0, (await server.RunAsync("backup", file)).ExitCode);
        ToolRun twice = await server.RunAsync("backup", file);
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("--force", twice.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync("backup", file, "--force")).ExitCode);
        await server.RunAsync("delete", "service", "catalog");

        ToolRun unattended = await server.RunAsync("restore", file);
        Assert.Equal(2, unattended.ExitCode);
        Assert.Contains("--yes", unattended.Error, StringComparison.Ordinal);
        ToolRun refused = await Run.Tool(["restore", file], "n\n", server.Url, isInteractive: true);
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(4, (await server.RunAsync("get", "service", "catalog")).ExitCode);

        ToolRun restored = await Run.Tool(["restore", file], "y\n", server.Url, isInteractive: true);
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Equal(["ACTION   DOCUMENT", "created  Service catalog.default"], restored.Lines[..^1]);
        Assert.Matches("^Restored: the backup's documents are in force, as generation 3 of epoch [0-9]+[.]$", restored.Lines[^1]);
        Assert.Equal(0, (await server.RunAsync("get", "service", "catalog")).ExitCode);
        Assert.Contains("  restore  all documents are the backup's", (await server.RunAsync("history")).Lines[1], StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_restore_of_what_is_there_already_is_one_all_the_same()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Catalog + "---\n" + Documents.Pricing);
        await server.RunAsync("backup", folder.At("mesh.db"));

        Assert.StartsWith(
            "Restored: the backup's documents are in force, as generation 2 of epoch ", (await server.RunAsync("restore", folder.At("mesh.db"), "--yes")).Out,
            StringComparison.Ordinal);
        ToolRun json = await server.RunAsync("restore", folder.At("mesh.db"), "--yes", "-o", "json");
        Assert.Equal(3, (int)json.Json()["generation"]!);
    }

    [Fact]
    public async Task A_backup_into_a_folder_that_is_not_there_is_an_error()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();

        ToolRun run = await server.RunAsync("backup", folder.At("missing/mesh.db"));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"{folder.At("missing/mesh.db")} cannot be written: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_backup_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Catalog);

        Assert.Equal(1, (await server.RunAsync("restore", folder.Write("x.db", "no database"), "--yes")).ExitCode);
        Assert.Equal(1, (await server.RunAsync("restore", folder.At("missing.db"), "--yes")).ExitCode);
        Assert.Equal(0, (await server.RunAsync("get", "service", "catalog")).ExitCode);
    }
}
