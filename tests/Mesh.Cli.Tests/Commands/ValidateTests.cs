using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

public sealed class ValidateTests
{
    [Fact]
    public async Task Documents_are_checked_without_a_server()
    {
        using TestFolder folder = new();
        string good = folder.Write("good.yaml", Documents.Catalog + "---\n" + Documents.Pricing);
        string bad = folder.Write("bad.yaml", Documents.Bad);

        Assert.Equal("2 documents are valid.", (await Run.Tool(["validate", "-f", good])).Out.Trim());
        ToolRun run = await Run.Tool(["validate", "-f", folder.Path]);
        Assert.Equal((1, ""), (run.ExitCode, run.Out.Trim()));
        Assert.Contains($"{bad}:3: Service bad.default, endpoint: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{bad}:4: Service bad.default, endpoints:0: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_documents_that_can_be_read_are_told_with_those_of_others()
    {
        using TestFolder folder = new();
        string file = folder.Write("a.yaml", Documents.Bad + "---\nkind: Servce\n");

        foreach (string[] command in (string[][])[["validate", "-f", file], ["apply", "-f", file]])
        {
            ToolRun run = await Run.Tool(command);
            Assert.Contains($"{file}:3: Service bad.default, endpoint: ", run.Error, StringComparison.Ordinal);
            Assert.Contains("'Servce' is not one of Service, MeshSettings.", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Scripts_get_faults_as_json()
    {
        using TestFolder folder = new();
        string bad = folder.Write("bad.yaml", Documents.Bad);

        ToolRun run = await Run.Tool(["validate", "-f", bad, "-o", "json"]);

        Assert.Equal((1, false), (run.ExitCode, (bool)run.Json()["valid"]!));
        Assert.Contains(run.Json()["faults"]!.AsArray(), fault => ((string?)fault!["file"], (int?)fault["line"]) == (bad, 3));
    }

    [Fact]
    public async Task With_a_server_they_are_checked_among_its_documents()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestFolder folder = new();
        await server.ApplyAsync("kind: Service\nname: owner\nhosts: [shop.internal]\nendpoints: [\"127.0.0.1:1\"]\n");
        string file = folder.Write("a.yaml", "kind: Service\nname: z\nendpoints: [\"127.0.0.1:1\"]\nhosts:\n  - shop.internal\n");

        Assert.Equal(0, (await Run.Tool(["validate", "-f", file])).ExitCode);
        ToolRun run = await Run.Tool(["validate", "-f", file, "--server", server.Url]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{file}:5: Service z.default, hosts:0: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("NAME   NAMESPACE  ENDPOINTS  SUBSETS  ROUTES", (await server.RunAsync("get", "services")).Lines[0]);
        Assert.Equal(2, (await server.RunAsync("get", "services")).Lines.Length);
    }
}
