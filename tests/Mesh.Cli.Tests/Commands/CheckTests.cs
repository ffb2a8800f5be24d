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
            ["server", "readiness", "versions", "xds", "clients", "rules"], run.Json().AsArray().Select(finding => (string?)finding!["check"]));
    }

    [Fact]
    public async Task What_is_probably_not_meant_is_a_warning_with_a_remedy()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Contains("the mesh has no documents", (await server.RunAsync("check")).Out, StringComparison.Ordinal);
        await server.ApplyAsync("kind: Service\nname: a\nroutes:\n  - to: [ { service: ghost } ]\n  - name: late\n");

        ToolRun run = await server.RunAsync("check");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.Lines.Count(line => line.StartsWith("warn", StringComparison.Ordinal)));
        Assert.Equal("→ `mesh get service a.default > edit.yaml`, change it, `mesh apply -f edit.yaml`.", run.Lines[^1].Trim());
        Assert.Single(run.Lines, line => line.Contains('→', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_the_first_finding()
    {
        ToolRun run = await Run.Tool(["check", "--server", "http://127.0.0.1:1"]);

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("fail  server", run.Lines[1], StringComparison.Ordinal);
    }
}
