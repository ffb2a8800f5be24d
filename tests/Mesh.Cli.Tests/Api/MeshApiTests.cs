using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.Cli.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Cli.Tests.Api;

public sealed class MeshApiTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task More_than_the_server_takes_is_not_sent()
    {
        using MeshApi api = new(new Uri("http://127.0.0.1:1"), TimeProvider.System, ServerAccess.None);

        ToolException exception = await Assert.ThrowsAsync<ToolException>(
            () => api.SendAsync<JsonObject>(HttpMethod.Post, "api/v1/apply", new string(' ', 17 * 1024 * 1024), TestContext.Current.CancellationToken));

        Assert.Equal(1, exception.ExitCode);
        Assert.StartsWith("These are 17.0 MB of documents, and the server takes 16 MB at a time.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_not_the_servers_fault()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a device that is always full.");
        await using TestServer server = await TestServer.StartAsync();
        using MeshApi api = new(new Uri(server.Url), TimeProvider.System, ServerAccess.None);
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        await Assert.ThrowsAsync<IOException>(() => api.DownloadAsync("api/v1/backup", full, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_waited_for_and_may_have_done_it()
    {
        FakeTimeProvider time = new();
        TaskCompletionSource asked = new();
        await using FakeServer server = await FakeServer.StartAsync(context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using MeshApi api = new(new Uri(server.Url), time, ServerAccess.None);

        Task<JsonObject> answer = api.SendAsync<JsonObject>(HttpMethod.Post, "api/v1/apply", "[]", TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(2));

        ToolException exception = await Assert.ThrowsAsync<ToolException>(
            () => answer.WaitAsync(s_patience, TestContext.Current.CancellationToken));
        Assert.Equal(3, exception.ExitCode);
        Assert.Contains("did not answer in time; it may have done what was asked.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_may_take_as_long_as_it_takes()
    {
        FakeTimeProvider time = new();
        TaskCompletionSource asked = new();
        TaskCompletionSource go = new();
        await using FakeServer server = await FakeServer.StartAsync(async context =>
        {
            asked.SetResult();
            await go.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("""{"generation":1}""", context.RequestAborted);
        });
        using MeshApi api = new(new Uri(server.Url), time, ServerAccess.None);
        using MemoryStream body = new(new byte[1024]);

        Task<JsonObject> answer = api.UploadAsync<JsonObject>("api/v1/restore", body, TestContext.Current.CancellationToken);
        await asked.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromHours(1));
        go.SetResult();

        Assert.Equal(1, (int?)(await answer.WaitAsync(s_patience, TestContext.Current.CancellationToken))["generation"]);
    }
}
