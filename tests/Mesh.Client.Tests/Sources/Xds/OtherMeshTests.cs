using Mesh.Client.Tests.Infrastructure;
using Mesh.ConfigServer.Hosting;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>Behind one address there may be another mesh than before: its numbers are not those of the one before.</summary>
public sealed class OtherMeshTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mesh-test-").FullName;

    [Fact]
    public async Task A_client_follows_from_a_store_to_a_folder_and_back()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        string folder = Directory.CreateDirectory(Path.Combine(_root, "rules")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "catalog.yaml"), Catalog(two), TestContext.Current.CancellationToken);
        MeshConfigServer store = await StoreAsync(null, "data");
        string xds = store.Addresses.Xds!;
        await store.PutAsync(Catalog(one));
        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://{xds}"]);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        string before = mesh.Mesh.Describe().ConfigServer!.State!;

        await store.DisposeAsync();
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        for (int restart = 0; restart < 2; restart++)
        {
            await using MeshConfigServer watching = await StoreServer.StartAsync(_root, xds, options => options.WatchDirectory = folder);
            await mesh.Client().ComesToGet("two", "http://catalog/");
            await Eventually.Holds(() => watching.Addresses.Xds is not null && mesh.Mesh.Describe().ConfigServer!.Address is not null);
            Assert.Equal(1, mesh.Logged("MeshChanged"));
        }

        await using MeshConfigServer back = await StoreAsync(xds, "data");
        await mesh.Client().ComesToGet("one", "http://catalog/");

        Assert.Equal(before, mesh.Mesh.Describe().ConfigServer!.State);
        Assert.Equal((2, 0), (mesh.Logged("MeshChanged"), mesh.Logged("ConfigServerBehind")));
    }

    [Fact]
    public async Task A_client_follows_to_a_store_that_is_made_anew_and_what_it_does_not_know_is_gone_then()
    {
        await using Backend one = await Backend.StartAsync("one");
        MeshConfigServer store = await StoreAsync(null, "data");
        await store.PutAsync(Catalog(one));
        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://{store.Addresses.Xds}"]);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        string former = await IdAsync(store);

        await store.DisposeAsync();
        await using MeshConfigServer anew = await StoreAsync(store.Addresses.Xds, "other");
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 0);

        Assert.Equal(1, mesh.Logged("MeshChanged"));
        Assert.Contains(former, mesh.Message("MeshChanged"), StringComparison.Ordinal);
        Assert.Contains(await IdAsync(anew), mesh.Message("MeshChanged"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restored_backup_is_the_same_mesh_in_a_new_epoch()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using MeshConfigServer store = await StoreAsync(null, "data");
        await store.PutAsync(Catalog(one));
        byte[] backup = await store.SendAsync("GET", "backup");
        await store.PutAsync(Catalog(two));
        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://{store.Addresses.Xds}"]);
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/"));

        await RestoreAsync(store, backup);
        await mesh.Client().ComesToGet("one", "http://catalog/");
        Assert.Equal(0, mesh.Logged("MeshChanged"));

        // Into a store of another mesh: the very connection goes over to that of the backup.
        await using (MeshConfigServer elsewhere = await StoreAsync(null, "other"))
        {
            await elsewhere.PutAsync(Catalog(two));
        }

        await store.DisposeAsync();
        await using MeshConfigServer anew = await StoreAsync(store.Addresses.Xds, "other");
        await mesh.Client().ComesToGet("two", "http://catalog/");
        await RestoreAsync(anew, backup);
        await mesh.Client().ComesToGet("one", "http://catalog/");

        Assert.Equal((2, 0), (mesh.Logged("MeshChanged"), mesh.Logged("ConfigServerBehind")));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Catalog(Backend backend) =>
        $"kind: Service\nname: catalog\nendpoints: [\"{backend.Address}\"]\n";

    private static async Task<string> IdAsync(MeshConfigServer server)
    {
        using var status = System.Text.Json.JsonDocument.Parse(await server.SendAsync("GET", "status"));
        return status.RootElement.GetProperty("meshId").GetString()!;
    }

    private static Task<byte[]> RestoreAsync(MeshConfigServer server, byte[] backup) => server.SendAsync("POST", "restore", new ByteArrayContent(backup)
    {
        Headers = { ContentType = new("application/octet-stream") },
    });

    [Fact]
    public async Task The_servers_REST_port_is_told_from_the_one_for_clients()
    {
        await using MeshConfigServer server = await StoreAsync(null, "data");
        await using TestMesh mesh = await ServedMesh.StartAsync([$"http://{server.Addresses.Http}"], """ "FirstCallTimeout": "10ms" """);

        await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));

        await Eventually.Holds(() => mesh.Logged("ConfigServerLost") == 1);
        Assert.Contains("It does not speak HTTP/2, as xDS needs it. Is it the REST port", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
        Assert.Contains("15010", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
        Assert.Contains("15080", mesh.Message("ConfigServerLost"), StringComparison.Ordinal);
    }

    private Task<MeshConfigServer> StoreAsync(string? xds, string data) => StoreServer.StartAsync(_root, xds, options => options.DataDirectory = data);
}
