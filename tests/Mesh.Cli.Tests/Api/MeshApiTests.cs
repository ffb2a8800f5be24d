using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.Cli.Tests.Infrastructure;

namespace Mesh.Cli.Tests.Api;

public sealed class MeshApiTests
{
    [Fact]
    public async Task More_than_the_server_takes_is_not_sent()
    {
        using MeshApi api = new(new Uri("http://127.0.0.1:1"));

        ToolException exception = await Assert.ThrowsAsync<ToolException>(
            () => api.SendAsync<JsonNode>(HttpMethod.Post, "api/v1/apply", new string(' ', 17 * 1024 * 1024), TestContext.Current.CancellationToken));

        Assert.Equal(1, exception.ExitCode);
        Assert.StartsWith("These are 17.0 MB of documents, and the server takes 16 MB at a time.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_not_the_servers_fault()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a device that is always full.");
        await using TestServer server = await TestServer.StartAsync();
        using MeshApi api = new(new Uri(server.Url));
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        await Assert.ThrowsAsync<IOException>(() => api.DownloadAsync("api/v1/backup", full, TestContext.Current.CancellationToken));
    }
}
