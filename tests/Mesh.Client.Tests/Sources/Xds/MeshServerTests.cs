using Mesh.Client.Tests.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>The client at the config server's own ADS.</summary>
public sealed class MeshServerTests
{
    [Fact]
    public async Task Rules_at_the_server_are_what_calls_do()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two");
        await using MeshServer server = await MeshServer.StartAsync(new ChangeableState());
        MeshService catalog = AdsServer.Service(one.Address, two.Address);
        catalog = catalog with
        {
            Hosts = ["catalog.internal", "cash"],
            Endpoints = [catalog.Endpoints!.Value[0] with { Version = "v1" }, catalog.Endpoints.Value[1] with { Version = "v2" }],
            Routes =
            [
                new MeshRoute { Name = "testers", Match = [new RouteMatch { PathPrefix = "/new" }], To = [new RouteTarget { Subset = "v2" }] },
                new MeshRoute { Name = "rest", To = [new RouteTarget { Subset = "v1" }] },
            ],
        };
        server.State.Set("catalog.default", catalog);
        await using TestMesh mesh = await ServedMesh.StartAsync([server.Address]);

        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal("two", await mesh.Client().GetTextAsync("http://catalog/new"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog.internal/"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://cash/"));
        await Eventually.Holds(() => IsInSync(server, "catalog.default"));
        Assert.DoesNotContain(server.Clients.Single().Resources, resource => resource.Name == "web.default");

        server.State.Set("catalog.default", catalog with { Routes = [new MeshRoute { Name = "all", To = [new RouteTarget { Subset = "v2" }] }] });
        await mesh.Client().ComesToGet("two", "http://catalog/");
        await Eventually.Holds(() => IsInSync(server, "catalog.default"));
        Assert.Equal(server.State.Current.Generation, long.Parse(mesh.Mesh.Describe().ConfigServer!.State!.Split('.')[1]));

        server.State.Delete("catalog.default");
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 0);
        server.State.Set("catalog.default", catalog);
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 3);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Empty(mesh.Mesh.Describe().ConfigServer!.Refused);

        // A short host that goes is no name of the mesh's any more.
        server.State.Set("catalog.default", catalog with { Hosts = ["catalog.internal"] });
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 2);
    }

    [Fact]
    public async Task A_name_that_the_server_does_not_know_is_answered_at_once()
    {
        await using MeshServer server = await MeshServer.StartAsync(new ChangeableState());
        await using TestMesh mesh = await ServedMesh.StartAsync([server.Address], """ "FirstCallTimeout": "1h" """);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://stranger/")).InTime();

        Assert.Equal(MeshFailureReason.UnknownHost, exception.Reason);
    }

    [Fact]
    public async Task Streams_come_and_go_and_calls_do_not_notice()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using MeshServer server = await MeshServer.StartAsync(new ChangeableState(), maxStreamAge: TimeSpan.FromMilliseconds(200));
        server.State.Set("catalog.default", AdsServer.Service(backend.Address));
        await using TestMesh mesh = await ServedMesh.StartAsync([server.Address], """ "FirstCallTimeout": "10s" """);
        HashSet<string> streams = [];

        await Eventually.Holds(() =>
        {
            Assert.Equal("one", mesh.Client().SendText("http://catalog/"));
            streams.UnionWith(server.Clients.Select(client => client.Address));
            return streams.Count > 2;
        });

        Assert.Equal(0, mesh.Logged("ConfigServerLost"));
    }

    [Fact]
    public async Task A_server_with_an_older_store_is_left()
    {
        await using Backend backend = await Backend.StartAsync("one");
        MeshServer server = await MeshServer.StartAsync(new ChangeableState(epoch: 2));
        server.State.Set("catalog.default", AdsServer.Service(backend.Address));
        await using TestMesh mesh = await ServedMesh.StartAsync([server.Address], """ "FirstCallTimeout": "10s" """);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));

        await server.DisposeAsync();
        await using MeshServer old = await MeshServer.StartAsync(new ChangeableState(epoch: 1), server.Port);
        await Eventually.Holds(() => mesh.Logged("ConfigServerBehind") == 1);

        Assert.Contains("epoch 1", mesh.Message("ConfigServerBehind"), StringComparison.Ordinal);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    private static bool IsInSync(MeshServer server, string name) => server.Clients is [{ } client]
        && client.Resources.Where(resource => resource.Name == name).ToArray() is { Length: 4 } all
        && all.All(resource => resource.State == ResourceState.Synced);
}
