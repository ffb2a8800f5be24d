using Mesh.Cli.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace Mesh.Cli.Tests.Commands;

/// <summary>What shells complete.</summary>
public sealed class CompletionTests
{
    // A subset whose name a shell would run.
    private const string Hostile = """
        kind: Service
        name: catalog
        endpoints:
          - { address: "127.0.0.1:5001", version: v1 }
          - { address: "127.0.0.1:5002", version: v2 }
          - { address: "127.0.0.1:5003", version: "$(touch ran)" }
        routes: [ { name: all, to: [ { subset: v1 } ] } ]

        """;

    // What bash does when Tab is pressed at the end of the line.
    private const string PressTab = """
        export MESH_SERVER="$1" MESH_COMPLETION_TIMEOUT=60s
        eval "mesh() { $3; }"
        compopt() { echo "compopt $*"; }
        eval "$(mesh completion bash)"
        COMP_LINE=$2 COMP_POINT=${#2}
        read -ra COMP_WORDS <<< "$2"
        [[ $2 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _mesh_complete mesh
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    [Theory]
    [InlineData("bash", "complete -o default -F _mesh_complete mesh")]
    [InlineData("zsh", "compdef _mesh mesh")]
    [InlineData("fish", "complete -c mesh")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Shells_get_a_script_that_asks_the_tool(string shell, string expected)
    {
        ToolRun run = await Run.Tool(["completion", shell]);

        Assert.Contains(expected, run.Out, StringComparison.Ordinal);
        Assert.Contains("[suggest:", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mesh ro", "rollback")]
    [InlineData("mesh get s", "services")]
    [InlineData("mesh apply --dr", "--dry-run")]
    [InlineData("mesh completion z", "zsh")]
    [InlineData("mesh get services -o j", "json")]
    public async Task The_tool_suggests_what_may_come_next(string line, string expected)
    {
        ToolRun run = await Run.Tool([$"[suggest:{line.Length}]", line]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Lines);
    }

    [Theory]
    [InlineData("mesh get service ", "catalog", "pricing.shop")]
    [InlineData("mesh delete service p", "pricing.shop")]
    [InlineData("mesh history ", "catalog", "pricing.shop")]
    [InlineData("mesh proxies ", "catalog", "pricing.shop", "till.shop")]
    [InlineData("mesh endpoints ", "catalog", "pricing.shop", "till.shop")]
    [InlineData("mesh endpoints catalog ")]
    [InlineData("mesh explain GET http://x --from ", "catalog", "pricing.shop", "till.shop")]
    [InlineData("mesh split til", "till.shop")]
    [InlineData("mesh split till.shop ", "v2=")]
    [InlineData("mesh split catalog ", "v1=", "v2=")]
    [InlineData("mesh split catalog v1=5 v", "v1=", "v2=")]
    [InlineData("mesh split catalog v1=5 --route ", "all")]
    [InlineData("mesh split pricing ")]
    [InlineData("mesh split pricing.shop ", "v9=")]
    public async Task Names_that_the_server_knows_are_suggested(string line, params string[] expected)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Hostile + "---\n" + Documents.Pricing);
        using RegisteredProcess process = await RegisteredProcess.StartAsync(server.Xds, "till.shop", "t-1", 6001);
        using RegisteredProcess other = await RegisteredProcess.StartAsync(server.Xds, "pricing.shop", "p-1", 6002, "v9");

        ToolRun run = await server.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal(expected, run.Lines.Where(name => name.Length > 0 && !name.StartsWith('-')));
    }

    [Theory]
    [InlineData("127.0.0.1:1")]
    [InlineData("https://nowhere")]
    public async Task A_server_that_cannot_be_asked_is_no_noise(string server)
    {
        const string Line = "mesh get service ";

        ToolRun run = await Run.Tool([$"[suggest:{Line.Length}]", Line], server: server);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(run.Lines, name => Assert.StartsWith("-", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("50ms")]
    [InlineData("soon")]
    public async Task A_server_that_does_not_answer_in_time_is_not_waited_for(string timeout)
    {
        const string Line = "mesh get service ";
        await using FakeServer server = await FakeServer.StartAsync(async context =>
        {
            // Whoever waits so long gets a name.
            await Task.Delay(TimeSpan.FromSeconds(15), context.RequestAborted);
            await context.Response.WriteAsync(
                """{"services":[{"service":"late","namespace":"default","hasDocument":true,"endpoints":0}]}""", context.RequestAborted);
        });

        ToolRun run = await Run.Tool([$"[suggest:{Line.Length}]", Line], server: server.Url, completionTimeout: timeout);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(run.Lines, name => Assert.StartsWith("-", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mesh get service cat", "catalog")]
    [InlineData("mesh split catalog v", "compopt -o nospace\nv1=\nv2=")]
    [InlineData("mesh rollb", "rollback")]
    public async Task Bash_completes_names_of_the_server(string line, string expected)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.ApplyAsync(Hostile);
        using TestFolder folder = new();
        string tool = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "mesh.dll")}' \"$@\"";

        ToolRun run = await PressTabAsync(folder, server.Url, line, tool);

        Assert.Equal((expected, ""), (run.Out.TrimEnd(), run.Error));
        Assert.False(File.Exists(folder.At("ran")));
    }

    [Fact]
    public async Task Bash_does_not_run_what_it_completes()
    {
        using TestFolder folder = new();
        string script = folder.Write("script", (await Run.Tool(["completion", "bash"])).Out);

        ToolRun run = await PressTabAsync(
            folder, "", "mesh split catalog v", $"case $1 in completion) cat '{script}' ;; *) echo 'v$(touch ran)' ;; esac");

        Assert.Equal(("v$(touch ran)\n", ""), (run.Out, run.Error));
        Assert.False(File.Exists(folder.At("ran")));
    }

    private static async Task<ToolRun> PressTabAsync(TestFolder folder, string server, string line, string tool)
    {
        using ToolProcess bash = ToolProcess.Start(folder.Path, ["-c", PressTab, "bash", server, line, tool], "bash");
        return await bash.EndAsync();
    }
}
