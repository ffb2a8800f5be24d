using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Mesh.Cli.Tests.Infrastructure;
using Mesh.Cli.Usage;

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

    [Theory]
    [InlineData("There is no verb 'aply'. Did you mean apply?", "mesh", "aply")]
    [InlineData("There is no verb 'endpoints'.", "mesh", "endpoints")]
    [InlineData("A verb is missing.", "mesh", "-o", "json")]
    [InlineData("'mesh get' has no 'pods'. It has services, service, mesh-settings.", "mesh get", "get", "pods")]
    [InlineData("'mesh get' needs one of services, service, mesh-settings.", "mesh get", "get")]
    [InlineData("'mesh apply' has no option '--fiel'. Did you mean --file?", "mesh apply", "apply", "--fiel", "x")]
    [InlineData("'mesh apply' does not take 'b.yaml'. Of several, each takes its own -f PATH.", "mesh apply", "apply", "-f", "a.yaml", "b.yaml")]
    [InlineData("'mesh history' does not take 'b'.", "mesh history", "history", "a", "b")]
    [InlineData("'mesh explain' needs METHOD and URL.", "mesh explain", "explain")]
    [InlineData("'mesh apply' needs -f PATH.", "mesh apply", "apply", "-f")]
    [InlineData("--limit needs COUNT.", "mesh history", "history", "-n")]
    [InlineData("--limit is 'abc': it takes a whole number from 1 to 1000.", "mesh history", "history", "-n", "abc")]
    [InlineData("--server names a config server that runs. 'mesh server' starts one: --http says where.", "mesh server", "server", "--server", "127.0.0.1:1")]
    [InlineData("--output is 'xml': it takes table, json or yaml.", "mesh get services", "get", "services", "-o", "xml")]
    [InlineData(
        "GENERATION is 'abc': it takes the number of a generation, such as 12; `mesh history` lists them.", "mesh rollback", "rollback", "abc")]
    public async Task What_is_wrong_is_told_in_one_line_and_where_to_look_in_another(string expected, string path, params string[] args)
    {
        ToolRun run = await Run.Tool(args);

        Assert.Equal((2, "", $"{expected}\n'{path} --help' tells what there is.\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task Whatever_is_more_than_text_is_explained_in_a_persons_words()
    {
        Tool tool = new(new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, Environment = _ => null });
        List<string[]> lines = [.. Leaves(MeshTool.Root(tool)).SelectMany(LinesWithABadValue)];

        Assert.NotEmpty(lines);
        foreach (string[] line in lines)
        {
            ToolRun run = await Run.Tool(line);
            Assert.Equal((2, ""), (run.ExitCode, run.Out));
            Assert.Contains(" is 'a b': it takes ", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://x:1/y", "the config server's REST API does not speak https. Give http://x:1.")]
    [InlineData("http://x:1/api?a#b", "'/api?a#b' does not belong there. Give http://x:1.")]
    [InlineData("x:1/api", "'/api' does not belong there. Give http://x:1.")]
    [InlineData("ftp://x", "'ftp' is no scheme that the config server speaks. Give http://HOST:PORT.")]
    [InlineData("http://ann:secret@x:1", "the config server asks for no user. Give http://x:1.")]
    [InlineData(":1", "it is no URL of a config server, such as http://127.0.0.1:15080.")]
    public async Task Of_a_url_that_cannot_be_the_part_that_is_wrong_is_told(string url, string expected)
    {
        ToolRun option = await Run.Tool(["history", "--server", url]);
        ToolRun variable = await Run.Tool(["history"], server: url);

        Assert.Equal((2, 2), (option.ExitCode, variable.ExitCode));
        Assert.StartsWith("--server is '", option.Error, StringComparison.Ordinal);
        Assert.EndsWith($"': {expected}\n", option.Error, StringComparison.Ordinal);
        Assert.StartsWith("MESH_SERVER is '", variable.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", option.Error + variable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_port_for_clients_is_told_from_the_one_for_this_tool()
    {
        await using TestServer server = await TestServer.StartAsync();

        ToolRun run = await Run.Tool(["history"], server: server.Xds);

        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.StartsWith($"http://{server.Xds} speaks HTTP/2 only. Is it the xDS port", run.Error, StringComparison.Ordinal);
        Assert.Contains("15010", run.Error, StringComparison.Ordinal);
        Assert.Contains("15080", run.Error, StringComparison.Ordinal);
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
    [InlineData("  mesh VERB [options]")]
    [InlineData("  mesh get COMMAND [options]", "get")]
    [InlineData("  mesh get service NAME[.NAMESPACE] [options]", "get", "service")]
    [InlineData("  mesh history [NAME[.NAMESPACE]] [options]", "history")]
    [InlineData("  mesh proxies [ID|SERVICE[.NAMESPACE]] [options]", "proxies")]
    [InlineData("  mesh split NAME[.NAMESPACE] SUBSET=WEIGHT... [options]", "split")]
    [InlineData("  mesh apply -f PATH [options]", "apply")]
    [InlineData("  mesh explain METHOD URL [options]", "explain")]
    public async Task Help_puts_into_brackets_what_may_be_left_out_and_fits_a_screen(string usage, params string[] verb)
    {
        ToolRun run = await Run.Tool([.. verb, "--help"], screenWidth: 80);

        Assert.Equal((0, usage), (run.ExitCode, run.Shown.SkipWhile(line => line != "Usage:").ElementAt(1).TrimEnd()));
        Assert.All(run.Shown, line => Assert.InRange(line.Length, 0, 80));
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static IEnumerable<string[]> LinesWithABadValue(Command command)
    {
        string[] path = Synopsis.PathOf(command).Split(' ')[1..];
        string[] needed = [.. command.Options.Where(option => option.Required).SelectMany(option => new[] { option.Name, "x" })];
        string[] arguments = [.. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(_ => "1")];
        for (int i = 0; i < command.Arguments.Count; i++)
        {
            if (IsMoreThanText(command.Arguments[i].ValueType))
            {
                yield return [.. path, .. arguments.Take(i), "a b", .. arguments.Skip(i + 1), .. needed];
            }
        }

        foreach (Option option in command.Options.Where(option => IsMoreThanText(option.ValueType)))
        {
            yield return [.. path, .. arguments, .. needed, option.Name, "a b"];
        }
    }

    private static bool IsMoreThanText(Type type) => type != typeof(string) && type != typeof(string[]) && type != typeof(bool) && type != typeof(void);

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }
}
