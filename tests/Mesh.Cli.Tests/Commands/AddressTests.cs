using System.Net;
using System.Net.Sockets;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Commands;

/// <summary>Where the config server is, and what else may be there.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("https://x:1/y", "'/y' does not belong there. Give https://x:1.")]
    [InlineData("http://x:1/api?a#b", "'/api?a#b' does not belong there. Give http://x:1.")]
    [InlineData("x:1/api", "'/api' does not belong there. Give http://x:1.")]
    [InlineData("ftp://x", "'ftp' is no scheme that the config server speaks. Give http://HOST:PORT or https://HOST:PORT.")]
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

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }
}
