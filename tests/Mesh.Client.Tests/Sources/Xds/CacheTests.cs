using System.Diagnostics;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>A process that starts while no server answers begins with what was learnt before.</summary>
public sealed class CacheTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mesh-cache-{Guid.NewGuid():N}");

    private string Settings => $""" "CacheDirectory": "{_folder}" """;

    /// <summary>Where no server answers.</summary>
    private string Impatient => $""" "FirstCallTimeout": "50ms", {Settings} """;

    private string CacheFile => Path.Combine(_folder, "web.default.xds");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task It_starts_from_the_cache_and_the_server_has_the_last_word()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        int port = await FillAsync(one.Address);

        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal((1, 0), (mesh.Logged("CacheRead"), mesh.Logged("ConfigServerSilent")));
        Assert.Equal("1.1", mesh.Mesh.Describe().ConfigServer!.State);

        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
        Assert.Contains("What the cache had is in force.", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);

        // What was not called since the start is known, too; what nobody has asked for before is not.
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://pricing/"));

        await using AdsServer server = await AdsServer.StartAsync(port);
        server.State = (1, 2);
        await server.PutAsync("catalog.default", two.Address);
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Address == two.Address);
    }

    [Fact]
    public async Task Where_the_server_is_there_the_first_call_waits_for_what_it_says_now()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        int port = await FillAsync(one.Address);
        await using AdsServer server = await AdsServer.StartAsync(port);
        server.State = (1, 2);
        await server.PutAsync("catalog.default", two.Address);

        await using TestMesh mesh = await ServedMesh.StartAsync(server, Settings);

        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(1, mesh.Logged("CacheRead"));
    }

    [Fact]
    public async Task What_another_process_has_learnt_since_is_not_taken_back()
    {
        await using Backend old = await Backend.StartAsync("old");
        await using Backend now = await Backend.StartAsync("now");
        int port = await FillAsync(old.Address);
        await using (AdsServer server = await AdsServer.StartAsync(port))
        {
            server.State = (1, 2);
            await server.PutAsync("catalog.default", now.Address);
            await server.PutAsync("pricing.default", now.Address);

            // It has read the old catalog, and does not call it.
            await using TestMesh other = await ServedMesh.StartAsync(server, Settings);
            await using (TestMesh one = await ServedMesh.StartAsync(server, Settings))
            {
                Assert.Equal("now", await one.Client().GetTextAsync("http://catalog/"));
            }

            Assert.Equal("now", await other.Client().GetTextAsync("http://pricing/"));
        }

        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient);
        Assert.Equal("now", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("now", await mesh.Client().GetTextAsync("http://pricing/"));
    }

    [Fact]
    public async Task A_cache_that_no_call_has_needed_survives_another_start()
    {
        await using Backend backend = await Backend.StartAsync("one");
        int port = await FillAsync(backend.Address);
        await using (AdsServer server = await AdsServer.StartAsync(port))
        {
            await server.PutAsync("pricing.default", backend.Address);
            await using TestMesh between = await ServedMesh.StartAsync(server, Settings);
            Assert.Equal("one", await between.Client().GetTextAsync("http://pricing/"));
        }

        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://pricing/"));
    }

    [Theory]
    [InlineData("damaged", "its checksum is wrong")]
    [InlineData("cut", "its checksum is wrong")]
    [InlineData("empty", "It is no such file")]
    [InlineData("other", "It is no such file")]
    [InlineData("later", "Its format is 2")]
    public async Task A_file_that_is_not_right_is_reported_and_ignored(string how, string reason)
    {
        await using Backend backend = await Backend.StartAsync("one");
        int port = await FillAsync(backend.Address);
        byte[] bytes = await File.ReadAllBytesAsync(CacheFile, TestContext.Current.CancellationToken);
        bytes[how == "later" ? 8 : 40] = 2;
        await File.WriteAllBytesAsync(
            CacheFile,
            how switch { "cut" => bytes[..^1], "empty" => [], "other" => new byte[1000], _ => bytes },
            TestContext.Current.CancellationToken);

        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient);

        Assert.Equal(MeshFailureReason.ConfigServerSilent, (await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"))).Reason);
        Assert.Contains(reason, mesh.Message("CacheNotUsed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_of_other_servers_or_of_another_service_is_not_used()
    {
        await using Backend backend = await Backend.StartAsync("one");
        int port = await FillAsync(backend.Address);
        File.Copy(CacheFile, Path.Combine(_folder, "other.default.xds"));

        await using TestMesh elsewhere = await ServedMesh.StartAsync(["http://" + RawServer.DeadAddress()], Impatient);
        Assert.Contains("It comes from other servers", elsewhere.Message("CacheNotUsed"), StringComparison.Ordinal);

        await using TestMesh other = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient, """ "Service": { "Name": "other" } """);
        Assert.Contains("It is that of 'web.default'", other.Message("CacheNotUsed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_may_read_it_or_write_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There are no such modes.");
            return;
        }

        await using Backend backend = await Backend.StartAsync("one");
        int port = await FillAsync(backend.Address);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CacheFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        Assert.Equal([CacheFile], Directory.GetFiles(_folder));

        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherWrite);
        await using AdsServer server = await AdsServer.StartAsync(port);
        await server.PutAsync("catalog.default", backend.Address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server, Settings);

        Assert.Contains($"Others may write to {_folder}", mesh.Message("CacheNotUsed"), StringComparison.Ordinal);
        Assert.Equal(0, mesh.Logged("CacheRead"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task Another_users_folder_is_not_used_by_root_either()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            Assert.Skip("Only root can give a folder away.");
            return;
        }

        await using Backend backend = await Backend.StartAsync("one");
        int port = await FillAsync(backend.Address);
        using (Process chown = Process.Start("chown", ["12345", _folder]))
        {
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient);

        Assert.Contains($"{_folder} is another user's", mesh.Message("CacheNotUsed"), StringComparison.Ordinal);
        Assert.Equal(0, mesh.Logged("CacheRead"));
    }

    [Fact]
    public async Task Two_processes_of_one_service_keep_what_each_of_them_follows()
    {
        await using Backend backend = await Backend.StartAsync("one");
        int port;
        await using (AdsServer server = await AdsServer.StartAsync())
        {
            port = server.Port;
            await server.PutAsync("catalog.default", backend.Address);
            await server.PutAsync("pricing.default", backend.Address);
            await server.PutAsync("stock.default", backend.Address);
            await using TestMesh second = await ServedMesh.StartAsync(server, Settings);
            await using TestMesh first = await ServedMesh.StartAsync(server, Settings);
            await first.Client().GetTextAsync("http://catalog/");
            await first.Client().GetTextAsync("http://stock/");
            await second.Client().GetTextAsync("http://pricing/");
            await second.Client().GetTextAsync("http://stock/");
            await first.DisposeAsync();
            await server.DeleteAsync("stock.default");
            await Eventually.Holds(() => second.Mesh.Describe().Services.Count == 1);
        }

        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://pricing/"));
        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://stock/"));
    }

    [Fact]
    public async Task What_a_process_left_that_ended_while_it_wrote_is_removed()
    {
        await using Backend backend = await Backend.StartAsync("one");
        int port = await FillAsync(backend.Address);
        string old = CacheFile + ".1.tmp";
        string young = CacheFile + ".2.tmp";
        await File.WriteAllTextAsync(old, "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(young, "", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-1));

        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], Impatient);

        Assert.Equal((false, true), (File.Exists(old), File.Exists(young)));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_leaves_the_mesh_running()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await File.WriteAllTextAsync(_folder + ".file", "", TestContext.Current.CancellationToken);
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", backend.Address);

        await using TestMesh mesh = await ServedMesh.StartAsync(server, $""" "CacheDirectory": "{_folder}.file/cache" """);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        await Eventually.Holds(() => mesh.Logged("CacheNotUsed") == 1);
        File.Delete(_folder + ".file");
    }

    /// <summary>A process has called the service, and ended.</summary>
    /// <returns>Where its server was.</returns>
    private async Task<int> FillAsync(string address)
    {
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", address);
        await using TestMesh mesh = await ServedMesh.StartAsync(server, Settings);
        await mesh.Client().GetTextAsync("http://catalog/");
        return server.Port;
    }
}
