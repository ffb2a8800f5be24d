using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

public sealed class DiffTests
{
    [Fact]
    public async Task What_apply_would_change_is_shown_line_by_line()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Catalog);
        string file = folder.Write("catalog.yaml", Documents.Catalog.Replace("weight: 10", "weight: 30", StringComparison.Ordinal));

        ToolRun run = await server.RunAsync("diff", "-f", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("--- Service catalog.default (generation 1)", run.Lines[0]);
        Assert.Equal($"+++ Service catalog.default ({file})", run.Lines[1]);
        Assert.Equal(["-        weight: 10", "+        weight: 30"], run.Lines[3..].Where(line => line[0] is '-' or '+'));
        Assert.Equal(0, (await server.RunAsync("apply", "-f", file)).ExitCode);
        ToolRun same = await server.RunAsync("diff", "-f", file);
        Assert.Equal((0, "There are no differences.\n"), (same.ExitCode, same.Out));
        Assert.Equal("[]\n", (await server.RunAsync("diff", "-f", file, "-o", "json")).Out);
    }

    [Fact]
    public async Task What_cannot_be_compared_is_no_difference()
    {
        using TestFolder folder = new();
        string bad = folder.Write("bad.yaml", "kind: Servise\nname: x\n");

        ToolRun faults = await Run.Tool(["diff", "-f", bad]);
        ToolRun missing = await Run.Tool(["diff", "-f", folder.At("missing.yaml")]);

        Assert.Equal((6, 6), (faults.ExitCode, missing.ExitCode));
        Assert.StartsWith("Nothing was compared: these documents have faults.", faults.Error, StringComparison.Ordinal);
        Assert.Contains($"{bad}:1: ", faults.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_order_of_keys_is_no_difference()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Pricing);
        string json = folder.Write("p.json", """{ "Endpoints": ["127.0.0.1:6001"], "namespace": "shop", "name": "pricing", "kind": "Service" }""");

        Assert.Equal(0, (await server.RunAsync("diff", "-f", json)).ExitCode);
    }

    [Fact]
    public async Task New_documents_and_those_to_be_pruned_are_differences()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync(Documents.Catalog);
        string file = folder.Write("p.yaml", Documents.Pricing);

        ToolRun run = await server.RunAsync("diff", "-f", file, "--prune", "-o", "json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [("Service pricing.shop", "created"), ("Service catalog.default", "deleted")],
            run.Json().AsArray().Select(difference => ((string)difference!["document"]!, (string)difference["action"]!)));
    }
}
