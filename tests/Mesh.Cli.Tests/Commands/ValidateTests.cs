using System.Text;
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
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Contains($"{bad}:3: Service bad.default, endpoint: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{bad}:4: Service bad.default, endpoints:0: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad.yaml", "iso-8859-1")]
    [InlineData("folder/bad.yaml", "iso-8859-1")]
    [InlineData("folder/bad.json", "utf-16")]
    public async Task What_is_not_utf8_is_refused_rather_than_mangled(string name, string encoding)
    {
        using TestFolder folder = new();
        string bad = folder.Write(name, "");
        byte[] bytes = Encoding.GetEncoding(encoding).GetBytes("kind: Service\nname: catalog\nendpoints: [\"zürich:1\"]\n");
        await File.WriteAllBytesAsync(bad, bytes, TestContext.Current.CancellationToken);

        ToolRun run = await Run.Tool(["validate", "-f", Path.GetDirectoryName(bad)!]);
        ToolRun single = await Run.Tool(["validate", "-f", bad]);

        Assert.Equal((1, 1), (run.ExitCode, single.ExitCode));
        Assert.Contains($"{bad}: documents: This is not UTF-8. Save it as such.", run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Error, single.Error);
    }

    [Fact]
    public async Task What_comes_in_and_is_not_utf8_is_refused_too()
    {
        using TestFolder folder = new();
        string bad = folder.Write("bad.yaml", "");
        byte[] bytes = Encoding.Latin1.GetBytes("kind: Service\nname: catalog\nendpoints: [\"zürich:1\"]\n");
        await File.WriteAllBytesAsync(bad, bytes, TestContext.Current.CancellationToken);
        string tool = Path.Combine(AppContext.BaseDirectory, "mesh.dll");

        using ToolProcess shell = ToolProcess.Start(folder.Path, ["-c", "dotnet \"$1\" validate -f - < bad.yaml", "sh", tool], "sh");
        ToolRun run = await shell.EndAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("stdin: documents: This is not UTF-8.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mark_of_utf8_is_no_part_of_the_documents()
    {
        using TestFolder folder = new();
        string file = folder.Write("a.yaml", "\ufeff" + Documents.Pricing);

        Assert.Equal("1 document is valid.", (await Run.Tool(["validate", "-f", file])).Out.Trim());
        Assert.Equal("1 document is valid.", (await Run.Tool(["validate", "-f", "-"], "\ufeff" + Documents.Pricing)).Out.Trim());
    }

    [Fact]
    public async Task A_pipe_in_a_folder_is_left_out_and_one_that_is_named_is_read()
    {
        using TestFolder folder = new();
        folder.Write("a.yaml", Documents.Pricing);
        string tool = Path.Combine(AppContext.BaseDirectory, "mesh.dll");
        const string Script = """
            mkfifo pipe.yaml
            dotnet "$1" validate -f .
            cat a.yaml > pipe.yaml &
            dotnet "$1" validate -f pipe.yaml
            """;

        using ToolProcess shell = ToolProcess.Start(folder.Path, ["-c", Script, "sh", tool], "sh");
        ToolRun run = await shell.EndAsync();

        Assert.Equal("", run.Error);
        Assert.Equal(["1 document is valid.", "1 document is valid."], run.Lines);
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
            Assert.Contains("'Servce' is not one of Service, MeshSettings, AuthorizationPolicy, PeerAuthentication.", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1, "kind: [a\n")]
    [InlineData(1, "{ kind: Service, name: x\n\n\n")]
    [InlineData(3, "kind: Service\nname: x\nroutes: [ {\n")]
    [InlineData(1, "kind: 'a")]
    public async Task What_is_missing_at_the_end_is_told_where_something_stands(int line, string yaml)
    {
        using TestFolder folder = new();
        string bad = folder.Write("bad.yaml", yaml);

        ToolRun run = await Run.Tool(["validate", "-f", bad]);

        Assert.Contains($"{bad}:{line}: ", run.Error, StringComparison.Ordinal);
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
