using System.Runtime.Versioning;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

public sealed class ApplyTests
{
    [Fact]
    public async Task Files_and_folders_are_applied_together()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        string catalog = folder.Write("catalog.yaml", Documents.Catalog);
        folder.Write("more/shop/pricing.yml", Documents.Pricing);
        folder.Write("more/mesh.json", """{ "kind": "MeshSettings", "defaults": { "circuitBreaker": { "maxRequests": 512 } } }""");
        folder.Write("more/notes.txt", "no document");

        ToolRun run = await server.RunAsync("apply", "-f", catalog, "-f", folder.At("more"), "-m", "the first of them: ä");

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Equal(
            [
                "ACTION   DOCUMENT                 FILE",
                $"created  MeshSettings mesh        {folder.At("more/mesh.json")}",
                $"created  Service catalog.default  {catalog}",
                $"created  Service pricing.shop     {folder.At("more/shop/pricing.yml")}",
                "Generation 1 is in force.",
            ],
            run.Lines);
        ToolRun again = await server.RunAsync("apply", "-f", catalog);
        Assert.Equal("Nothing to do: generation 1 has all of it.", again.Lines[^1]);
        ToolRun history = await server.RunAsync("history", "-n", "1", "-o", "json");
        Assert.Equal("the first of them: ä", (string?)history.Json()[0]!["message"]);
        Assert.Equal($"{Environment.UserName}@{Environment.MachineName}", (string?)history.Json()[0]!["author"]);
    }

    [Fact]
    public async Task The_standard_input_may_be_json()
    {
        await using TestServer server = await TestServer.StartAsync();

        ToolRun run = await Run.Tool(["apply", "-f", "-", "-o", "json"], """[{ "kind": "Service", "name": "a", "endpoints": ["127.0.0.1:1"] }]""", server.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("created", (string?)run.Json()["changes"]![0]!["action"]);
    }

    [Fact]
    public async Task Every_fault_is_told_with_its_file_and_line_and_nothing_is_written()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        string good = folder.Write("a.yaml", Documents.Catalog);
        string bad = folder.Write("b.yaml", Documents.Pricing + "---\n" + Documents.Bad);

        ToolRun run = await server.RunAsync("apply", "-f", folder.Path);

        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains($"{bad}:8: Service bad.default, endpoint: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{bad}:9: Service bad.default, endpoints:0: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(good, run.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await server.RunAsync("get", "services", "-o", "json")).Out.Trim());
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_before_anything_is_sent()
    {
        using TestFolder folder = new();
        string nameless = folder.Write("nameless.yaml", "kind: Service\nendpoints: []\n---\nkind: Servise\nname: x\n");
        string broken = folder.Write("broken.json", "{ \"kind\": \"Service\",\n  \"name\": ");

        ToolRun run = await Run.Tool(["apply", "-f", folder.Path], server: "http://127.0.0.1:1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{nameless}:1: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{nameless}:4: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{broken}:2: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_in_two_files_is_a_fault_that_names_both()
    {
        using TestFolder folder = new();
        string first = folder.Write("a.yaml", Documents.Pricing);
        string second = folder.Write("b.yaml", "# twice\n" + Documents.Pricing);

        ToolRun run = await Run.Tool(["apply", "-f", folder.Path]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            $"{second}:2: Service pricing.shop: The document is given already, in {first}, line 1.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_services_that_claim_one_name_are_a_conflict()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        folder.Write("a.yaml", "kind: Service\nname: a\nhosts: [shop.internal]\nendpoints: [\"127.0.0.1:1\"]\n");
        string second = folder.Write("b.yaml", "kind: Service\nname: b\nendpoints: [\"127.0.0.1:1\"]\nhosts:\n  - shop.internal\n");

        ToolRun run = await server.RunAsync("apply", "-f", folder.Path);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains($"{second}:5: Service b.default, hosts:0: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_tells_and_does_not_write_and_prune_deletes_the_rest()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Catalog);
        string pricing = folder.Write("pricing.yaml", Documents.Pricing);

        ToolRun dry = await server.RunAsync("apply", "-f", pricing, "--prune", "--dry-run");

        Assert.Equal("Dry run: nothing was written.", dry.Lines[^1]);
        Assert.Contains(dry.Lines, line => line.StartsWith("deleted  Service catalog.default", StringComparison.Ordinal));
        Assert.Equal(0, (await server.RunAsync("get", "service", "catalog")).ExitCode);

        Assert.Equal(0, (await server.RunAsync("apply", "-f", pricing, "--prune")).ExitCode);
        Assert.Equal(4, (await server.RunAsync("get", "service", "catalog")).ExitCode);
        Assert.Equal(0, (await server.RunAsync("get", "service", "pricing.shop")).ExitCode);
    }

    [Fact]
    public async Task Warnings_are_told_with_their_place_on_the_error_stream()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        string file = folder.Write(
            "a.yaml", "kind: Service\nname: a\nendpoints: [\"127.0.0.1:1\"]\nroutes:\n  - name: all\n  - name: late\n");

        ToolRun run = await server.RunAsync("apply", "-f", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"warning: {file}:6: Service a.default, routes:1: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_edited_undoes_no_change_that_was_made_meanwhile()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Catalog);
        ToolRun edited = await server.RunAsync("get", "service", "catalog");
        Assert.Equal("# Of generation 1. `mesh apply --if-generation 1 -f FILE` writes it if nothing was written since.", edited.Lines[0]);
        string file = folder.Write("edit.yaml", edited.Out.Replace("weight: 10", "weight: 5", StringComparison.Ordinal));
        await server.RunAsync("split", "catalog", "v2=50");

        ToolRun late = await server.RunAsync("apply", "-f", file, "--if-generation", "1");

        Assert.Equal((5, ""), (late.ExitCode, late.Out));
        Assert.Contains("weight: 50", (await server.RunAsync("get", "service", "catalog")).Out, StringComparison.Ordinal);
        ToolRun inTime = await server.RunAsync("apply", "-f", file, "--if-generation", "2");
        Assert.True(inTime.ExitCode == 0, inTime.Error);
        Assert.Equal("Generation 3 is in force.", inTime.Lines[^1]);
        Assert.Equal(2, (await server.RunAsync("apply", "-f", file, "--if-generation", "x")).ExitCode);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task What_cannot_be_read_in_a_folder_is_an_error_and_is_not_pruned()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        folder.Write("catalog.yaml", Documents.Catalog);
        folder.Write("closed/pricing.yaml", Documents.Pricing);
        Assert.Equal(0, (await server.RunAsync("apply", "-f", folder.Path)).ExitCode);

        // Whom nothing is closed to finds a link that leads nowhere.
        File.SetUnixFileMode(folder.At("closed"), UnixFileMode.None);
        if (Environment.IsPrivilegedProcess)
        {
            File.Delete(folder.At("closed/pricing.yaml"));
            File.CreateSymbolicLink(folder.At("closed/pricing.yaml"), folder.At("nowhere.yaml"));
        }

        ToolRun run = await server.RunAsync("apply", "-f", folder.Path, "--prune");

        File.SetUnixFileMode(folder.At("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(folder.At("closed"), run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync("get", "service", "pricing.shop")).ExitCode);
    }

    [Fact]
    public async Task Folders_that_lead_back_to_themselves_are_an_error()
    {
        using TestFolder folder = new();
        folder.Write("catalog.yaml", Documents.Catalog);
        Directory.CreateSymbolicLink(folder.At("loop"), folder.Path);

        ToolRun run = await Run.Tool(["apply", "-f", folder.Path]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Folders are read 16 levels deep, and this one is deeper.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.yaml", "missing.yaml cannot be read: ")]
    [InlineData("", "There are no documents in ")]
    public async Task A_path_without_documents_is_an_error(string name, string expected)
    {
        using TestFolder folder = new();

        ToolRun run = await Run.Tool(["apply", "-f", folder.At(name)]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
