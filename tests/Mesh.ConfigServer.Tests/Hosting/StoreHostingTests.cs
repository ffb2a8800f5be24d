using System.Net;
using System.Text.Json;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Hosting;

public class StoreHostingTests
{
    [Fact]
    public async Task Documents_outlive_the_server()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer put = await server.Put("catalog");
        await server.Server.StopAsync(TestContext.Current.CancellationToken);

        string copy = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        Directory.Move(Path.Combine(server.Folder, "data"), Path.Combine(copy, "data"));
        await using TestServer next = await TestServer.StartAsync(folder: copy);
        Answer read = (await next.Send("GET", "/api/v1/services/default/catalog")).IsOk();
        Assert.Equal((put.ETag, put.Version), (read.ETag, read.Version));
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_does_not_start()
    {
        await using TestServer server = await TestServer.StartAsync();
        IOException refused = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(folder: server.Folder));
        Assert.Contains(Path.Combine(server.Folder, "data"), refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        (await server.Send("GET", "/readyz")).IsOk();
    }

    [Fact]
    public async Task A_server_that_is_about_to_stop_is_waited_for()
    {
        await using TestServer server = await TestServer.StartAsync();
        Task<TestServer> starting = TestServer.StartAsync(folder: server.Folder, storePatience: TimeSpan.FromMinutes(1));
        Assert.False(starting.IsCompleted);

        await server.Server.StopAsync(TestContext.Current.CancellationToken);

        TestServer next = await starting;
        (await next.Send("GET", "/readyz")).IsOk();
        Assert.Contains(next.Log.GetSnapshot(), line => line.Id.Id == 153);
        next.Client.Dispose();
        await next.Server.DisposeAsync();
    }

    [Fact]
    public async Task A_start_that_fails_leaves_the_directory_free()
    {
        await using TestServer other = await TestServer.StartAsync();
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.Http = other.Server.Addresses.Http!, folder: folder));
        await using TestServer server = await TestServer.StartAsync(folder: folder);
        (await server.Send("GET", "/readyz")).IsOk();
    }

    [Fact]
    public async Task A_watched_folder_is_served_and_not_written_to()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await File.WriteAllTextAsync(Path.Combine(folder, "rules", "catalog.json"), TestServer.Service("catalog"), TestContext.Current.CancellationToken);
        await using TestServer server = await TestServer.StartAsync(options => options.WatchDirectory = "rules", folder: folder);

        (await server.Send("GET", "/api/v1/services/default/catalog")).IsOk();
        Assert.True((await server.Send("GET", "/api/v1/status")).Json.GetProperty("readOnly").GetBoolean());
        foreach ((string method, string path, string? body) in ((string, string, string?)[])
            [
                ("PUT", "/api/v1/services/default/catalog", TestServer.Service("catalog", "127.0.0.1:2")),
                ("DELETE", "/api/v1/services/default/catalog", null), ("POST", "/api/v1/apply?dryRun=true", TestServer.Service("a")),
                ("POST", "/api/v1/rollback", """{"generation":1}"""),
            ])
        {
            Answer answer = await server.Send(method, path, body);
            answer.IsProblem(HttpStatusCode.MethodNotAllowed, "rules");
            Assert.Equal(method == "POST" ? "" : "GET", answer.Headers["Allow"]);
        }

        // Of a read 405 would be no truth: GET is what it takes.
        Answer backup = await server.Send("GET", "/api/v1/backup");
        backup.IsProblem(HttpStatusCode.Conflict, "rules");
        Assert.Equal("urn:mesh:read-only", backup.Json.GetProperty("type").GetString());
        Assert.DoesNotContain("Allow", backup.Headers.Keys);

        (await server.Send("POST", "/api/v1/validate", TestServer.Service("catalog"))).IsOk();
        Assert.Contains("mesh_config_writes_total{result=\"read_only\"} 4", (await server.Send("GET", "/metrics")).Text, StringComparison.Ordinal);

        // There registrations are kept.
        Assert.True(File.Exists(Path.Combine(folder, "data", "mesh.db")));
    }

    [Fact]
    public async Task Where_nobody_may_register_a_watched_folder_needs_no_directory_for_data()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await using TestServer server = await TestServer.StartAsync(options => options.WatchDirectory = "rules", isDevelopment: false, folder: folder);
        Assert.False(Directory.Exists(Path.Combine(folder, "data")));
    }

    [Fact]
    public async Task Files_that_are_refused_are_told_of()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        string file = Path.Combine(folder, "rules", "catalog.yaml");
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await File.WriteAllTextAsync(file, "kind: Service\nname: catalog\n", TestContext.Current.CancellationToken);
        await using TestServer server = await TestServer.StartAsync(options => options.WatchDirectory = "rules", folder: folder);
        Assert.Equal(JsonValueKind.Null, (await server.Send("GET", "/api/v1/status")).Json.GetProperty("refused").ValueKind);
        Assert.Contains("\nmesh_config_folder_refused 0\n", (await server.Send("GET", "/metrics")).Text, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "kind: Service\nname: catalog\nrouts: []\n", TestContext.Current.CancellationToken);
        await Eventually.Holds(() => server.Log.GetSnapshot().Any(line => line.Id.Id == 103));

        JsonElement refused = (await server.Send("GET", "/api/v1/status")).IsOk().Json.GetProperty("refused");
        JsonElement fault = Assert.Single(refused.GetProperty("faults").EnumerateArray());
        Assert.Equal(("catalog.yaml", 3, "routs"), (fault.GetProperty("file").GetString(), fault.GetProperty("line").GetInt32(), fault.GetProperty("path").GetString()));
        Assert.True(refused.GetProperty("since").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Contains("\nmesh_config_folder_refused 1\n", (await server.Send("GET", "/metrics")).Text, StringComparison.Ordinal);
        (await server.Send("GET", "/readyz")).IsOk();
    }

    [Fact]
    public async Task A_watched_folder_with_faults_ends_the_start_with_all_of_them()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "a.yaml"), "kind: Service\nname: a\nendpoints: [x]\n---\nkind: Nothing\n", TestContext.Current.CancellationToken);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.WatchDirectory = ".", folder: folder));
        Assert.Contains("endpoints:0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing", refused.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
        await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(options => options.WatchDirectory = ".", folder: folder));
    }

    [Fact]
    public async Task A_backup_is_restored_in_a_new_epoch_on_another_server()
    {
        await using TestServer server = await TestServer.StartAsync();
        Answer put = await server.Put("catalog");
        using HttpResponseMessage backup = await server.Client.GetAsync(new Uri("/api/v1/backup", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("application/octet-stream", backup.Content.Headers.ContentType!.MediaType);
        byte[] bytes = await backup.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("SQLite format 3", System.Text.Encoding.ASCII.GetString(bytes, 0, 15), StringComparison.Ordinal);

        await using TestServer other = await TestServer.StartAsync();
        Answer before = await other.Put("pricing");
        Answer restored = await Restore(other, bytes);
        restored.IsOk();
        Assert.True(long.Parse(restored.Headers["Mesh-Epoch"], null) > long.Parse(before.Headers["Mesh-Epoch"], null));
        Assert.Equal(put.ETag, (await other.Send("GET", "/api/v1/services/default/catalog")).IsOk().ETag);
        (await other.Send("GET", "/api/v1/services/default/pricing")).IsProblem(HttpStatusCode.NotFound, "pricing");
        JsonElement newest = (await other.Send("GET", "/api/v1/generations?limit=1")).Json.GetProperty("generations")[0];
        Assert.Equal(("restore", "ann"), (newest.GetProperty("action").GetString(), newest.GetProperty("author").GetString()));

        (await Restore(other, "no database"u8.ToArray())).IsProblem(HttpStatusCode.BadRequest, "backup");
        (await other.Send("POST", "/api/v1/restore", "{}")).IsProblem(HttpStatusCode.UnsupportedMediaType, "application/octet-stream");
        (await other.Send("GET", "/api/v1/services/default/catalog")).IsOk();
    }

    private static async Task<Answer> Restore(TestServer server, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/restore") { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("Mesh-Author", "ann");
        request.Content.Headers.ContentType = new("application/octet-stream");
        using HttpResponseMessage response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.Of(response);
    }
}
