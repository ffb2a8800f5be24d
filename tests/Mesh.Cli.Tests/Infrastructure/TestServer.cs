using Mesh.ConfigServer;
using Mesh.ConfigServer.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Cli.Tests.Infrastructure;

/// <summary>A config server on free ports with a store of its own, and the tool that talks to it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly MeshConfigServer _server;
    private readonly TestFolder _folder;

    private TestServer(MeshConfigServer server, TestFolder folder)
    {
        _server = server;
        _folder = folder;
    }

    public string Url => "http://" + _server.Addresses.Http;

    /// <summary>The first admin's; null: nobody is asked for one.</summary>
    public string? AdminToken => _server.AdminToken;

    public string Xds => _server.Addresses.Xds!;

    public string Folder => _folder.Path;

    public static async Task<TestServer> StartAsync(Action<MeshConfigServerOptions, TestFolder>? configure = null)
    {
        TestFolder folder = new();
        MeshConfigServerOptions options = new() { DataDirectory = folder.At("data"), Http = "127.0.0.1:0", Xds = "127.0.0.1:0", XdsTls = "off" };
        configure?.Invoke(options, folder);
        return new TestServer(
            await MeshConfigServer.StartAsync(
                ServerSettings.Read(options, isDevelopment: true, folder.Path) with { TellsAdminToken = true }, NullLoggerFactory.Instance, TimeProvider.System,
                TestContext.Current.CancellationToken),
            folder);
    }

    /// <summary>Runs a command against this server.</summary>
    public Task<ToolRun> RunAsync(params string[] args) => Run.Tool(args, server: Url);

    /// <summary>Applies documents that must be good.</summary>
    public async Task ApplyAsync(string yaml)
    {
        ToolRun run = await Run.Tool(["apply", "-f", "-"], input: yaml, server: Url);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
