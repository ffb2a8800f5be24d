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
    public async Task One_document_is_shown_as_yaml_or_json()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Documents.Pricing + "---\nkind: MeshSettings\ndefaults: { retryBudget: { percent: 10 } }\n");

        Assert.Equal("kind: Service", (await server.RunAsync("get", "service", "pricing.shop")).Lines[0]);
        Assert.Equal("shop", (string?)(await server.RunAsync("get", "service", "pricing.shop", "-o", "json")).Json()["namespace"]);
        Assert.Contains("percent: 10", (await server.RunAsync("get", "mesh-settings")).Out, StringComparison.Ordinal);

        ToolRun missing = await server.RunAsync("get", "service", "pricing");
        Assert.Equal((4, ""), (missing.ExitCode, missing.Out));
        Assert.Contains("pricing.default", missing.Error, StringComparison.Ordinal);
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
    public async Task Without_clients_there_are_none_to_show()
    {
        await using TestServer server = await TestServer.StartAsync();

        Assert.Equal("[]", (await server.RunAsync("proxies", "-o", "json")).Out.Trim());
        Assert.Equal(4, (await server.RunAsync("proxies", "web")).ExitCode);
    }
}
