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
    [InlineData("There is no verb 'topology'.", "mesh", "topology")]
    [InlineData("A verb is missing.", "mesh", "-o", "json")]
    [InlineData("'mesh get' has no 'pods'. It has services, service, mesh-settings, authorization-policies, authorization-policy, peer-authentications, peer-authentication.", "mesh get", "get", "pods")]
    [InlineData("'mesh get' needs one of services, service, mesh-settings, authorization-policies, authorization-policy, peer-authentications, peer-authentication.", "mesh get", "get")]
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
}
