using System.Net;
using System.Net.Sockets;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("Did you mean apply?", "appply")]
    [InlineData("Did you mean --file?", "apply", "--fiel", "x")]
    [InlineData("'mesh apply --help' tells what there is.", "apply")]
    [InlineData("'mesh get service --help' tells what there is.", "get", "service")]
    [InlineData("table", "get", "services", "-o", "xml")]
    [InlineData("'mesh rollback --help' tells what there is.", "rollback", "yesterday")]
    [InlineData("--limit is '0': it takes a whole number from 1 to 1000.", "history", "-n", "0")]
    [InlineData("'mesh completion --help' tells what there is.", "completion", "cmd")]
    public async Task Wrong_usage_is_told_with_the_remedy(string expected, params string[] args)
    {
        ToolRun run = await Run.Tool(args);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_names_no_server_is_named()
    {
        ToolRun run = await Run.Tool(["get", "services"], server: "unix:///x");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("MESH_SERVER is 'unix:///x'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get", "services")]
    [InlineData("get", "service", "catalog")]
    [InlineData("get", "mesh-settings")]
    [InlineData("delete", "service", "catalog")]
    [InlineData("diff", "-f", "-")]
    [InlineData("apply", "-f", "-")]
    [InlineData("history")]
    [InlineData("rollback", "1")]
    [InlineData("split", "catalog", "v2=5")]
    [InlineData("explain", "GET", "http://catalog/")]
    [InlineData("proxies")]
    public async Task A_server_that_does_not_answer_is_named_with_the_remedy(params string[] args)
    {
        ToolRun run = await Run.Tool(args, Documents.Pricing, "127.0.0.1:1");

        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        Assert.StartsWith(
            "No config server answers at http://127.0.0.1:1. Start one with `mesh server`, or give --server.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>", 1, "is probably no config server")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 1, "is probably no config server")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{", 3, "went away while it answered")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{", 3, "went away while it answered")]
    [InlineData("HTTP/1.1 2", 3, "broke off before the config server answered")]
    [InlineData("no HTTP at all\r\n", 3, "does not speak HTTP/1.1. Is it the xDS port")]
    public async Task What_is_no_config_server_is_told_from_one(string answer, int exitCode, string expected)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = AnswerAsync(listener, answer);

        ToolRun run = await Run.Tool(["history"], server: $"http://{listener.LocalEndpoint}");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task What_a_server_says_does_not_command_the_terminal()
    {
        const string Body = """{"detail":"\u001b[2J all is well"}""";
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = AnswerAsync(
            listener, $"HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}");

        ToolRun run = await Run.Tool(["history"], server: $"http://{listener.LocalEndpoint}");

        Assert.Equal((1, "\\u001b[2J all is well"), (run.ExitCode, run.Error.Trim()));
        await serving;
    }

    [Fact]
    public async Task An_interrupted_request_ends_with_one_line()
    {
        using TestFolder folder = new();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using ToolProcess tool = ToolProcess.Start(folder.Path, "history", "--server", $"http://{listener.LocalEndpoint}");
        using Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);

        await tool.InterruptAsync();

        ToolRun run = await tool.EndAsync();
        Assert.Equal((130, "", "Interrupted."), (run.ExitCode, run.Out, run.Error.Trim()));
    }

    [Fact]
    public async Task Help_tells_all_verbs_and_exit_codes_and_of_each_verb_examples()
    {
        ToolRun help = await Run.Tool([]);

        Assert.Equal(0, help.ExitCode);
        foreach (string verb in new[]
        {
            "apply", "get", "delete", "diff", "history", "rollback", "validate", "split", "explain", "proxies", "backup", "restore", "check", "server", "completion",
        })
        {
            Assert.Contains($"\n  {verb} ", help.Out, StringComparison.Ordinal);
            ToolRun run = await Run.Tool([verb, "--help"]);
            Assert.Equal(0, run.ExitCode);
            Assert.Contains($"Examples:\n  ", run.Out, StringComparison.Ordinal);
        }

        Assert.Contains("  3    the config server cannot be reached", help.Out, StringComparison.Ordinal);
    }

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

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }
}
