using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Runtime;
using Mesh.Client.Tests.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Microsoft.Extensions.DependencyInjection;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>The client is told what is different of a service's endpoints, over real streams.</summary>
public sealed class EndpointPatchTests : IDisposable
{
    private static readonly ImmutableArray<MeshEndpoint> s_ten = [.. Enumerable.Range(1, 10).Select(port => new MeshEndpoint { Host = "127.0.0.1", Port = port })];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mesh-patch-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_config_server_sends_what_is_different_and_what_stays_is_not_touched()
    {
        await using MeshServer server = await MeshServer.StartAsync(new ChangeableState());
        await using TestMesh mesh = await StartAsync(server);
        Endpoint[] before = Endpoints(mesh);
        MeshEndpoint[] described = [.. before.Select(endpoint => endpoint.Description)];

        Set(server, [s_ten[0] with { Weight = 7 }, .. s_ten[1..9], s_ten[9] with { Port = 11 }]);
        await Eventually.Holds(() => Ports(mesh).SequenceEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]));

        // What comes whole is read anew, all of it.
        Assert.Equal(before[..9], Endpoints(mesh)[..9]);
        Assert.All(Enumerable.Range(1, 8), i => Assert.Same(described[i], Endpoints(mesh)[i].Description));
        Assert.Equal(7, Endpoints(mesh)[0].Description.Weight);
        await Eventually.Holds(() => server.Clients.Single().Resources.Where(resource => resource.Name == "catalog.default").All(resource => resource.State == ResourceState.Synced));
    }

    [Fact]
    public async Task What_a_client_has_missed_while_it_was_away_comes_as_what_is_different()
    {
        await using MeshServer server = await MeshServer.StartAsync(new ChangeableState(), maxStreamAge: TimeSpan.FromMilliseconds(100));
        await using TestMesh mesh = await StartAsync(server);
        MeshEndpoint last = Endpoints(mesh)[9].Description;
        HashSet<string> streams = [];

        for (int port = 11; port < 30; port++)
        {
            Set(server, [.. s_ten[1..], s_ten[0] with { Port = port }]);
            await Eventually.Holds(() => Ports(mesh).Contains(port));
            streams.UnionWith(server.Clients.Select(client => client.Address));
        }

        await Eventually.Holds(() =>
        {
            streams.UnionWith(server.Clients.Select(client => client.Address));
            return streams.Count > 2;
        });
        Set(server, s_ten);
        await Eventually.Holds(() => Ports(mesh).Contains(1));
        Assert.Same(last, Endpoints(mesh).Single(endpoint => endpoint.Description.Port == 10).Description);
    }

    [Fact]
    public async Task One_for_another_version_is_healed_by_the_whole()
    {
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", new MeshService { Endpoints = s_ten });
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Wire.DeltaDiscoveryResponse stray = server.Answer(XdsTypes.ClusterLoadAssignment, ["catalog.default"]);
        stray.Resources[0] = new Wire.Resource
        {
            Name = "catalog.default",
            Version = "stray",
            Resource_ = new Any
            {
                TypeUrl = XdsTypes.EndpointsPatch,
                Value = EndpointsPatchCodec.Encode(new XdsEndpointsPatch { Name = "catalog.default", BaseVersion = "other", Removed = [s_ten[0].Key] }).ToByteString(),
            },
        };

        await server.Open.Single().SendAsync(stray);

        await Eventually.Holds(() => server.Requests.Any(
            request => request.ResponseNonce == stray.Nonce && request.ResourceNamesSubscribe.SequenceEqual(["catalog.default"])));
        await server.PutAsync("catalog.default", new MeshService { Endpoints = s_ten[1..] });
        await Eventually.Holds(() => Ports(mesh).SequenceEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]));
        Assert.Empty(server.Refusals);
    }

    [Fact]
    public async Task What_was_patched_is_kept_for_a_start_without_a_server()
    {
        string settings = $""" "CacheDirectory": "{_folder}" """;
        int port;
        await using (MeshServer server = await MeshServer.StartAsync(new ChangeableState()))
        {
            port = server.Port;
            await using TestMesh first = await StartAsync(server, settings);
            Set(server, [s_ten[0] with { Version = "v2", Labels = Maps.Empty.Add("a", "b") }, .. s_ten[1..9], s_ten[9] with { Port = 11 }]);
            await Eventually.Holds(() => Ports(first).Contains(11));
        }

        await using TestMesh second = await ServedMesh.StartAsync([$"http://127.0.0.1:{port}"], $""" "FirstCallTimeout": "50ms", {settings} """);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => second.Client().GetTextAsync("http://catalog/"));

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 11], Ports(second));
        MeshEndpoint one = Endpoints(second).Single(endpoint => endpoint.Description.Port == 1).Description;
        Assert.Equal(("v2", "b"), (one.Version, one.Labels["a"]));

        // A server that is there again goes on from there.
        await using MeshServer again = await MeshServer.StartAsync(new ChangeableState(epoch: 2), port);
        Set(again, s_ten[..2]);
        await Eventually.Holds(() => Ports(second).SequenceEqual([1, 2]));
        Set(again, s_ten[..3]);
        await Eventually.Holds(() => Ports(second).SequenceEqual([1, 2, 3]));
    }

    [Fact]
    public async Task Endpoints_that_went_before_their_first_call_take_none()
    {
        await using MeshServer server = await MeshServer.StartAsync(new ChangeableState());
        await using TestMesh mesh = await StartAsync(server);
        Endpoint[] gone = Endpoints(mesh)[1..];

        Set(server, s_ten[..1]);
        await Eventually.Holds(() => gone.All(endpoint => endpoint.IsRemoved));

        Assert.All(gone, endpoint => Assert.True(endpoint.Transport.IsDisposed));
        Assert.False(Endpoints(mesh).Single().Transport.IsDisposed);
    }

    private static async Task<TestMesh> StartAsync(MeshServer server, string settings = "")
    {
        Set(server, s_ten);
        TestMesh mesh = await ServedMesh.StartAsync([server.Address], settings);

        // Nobody listens there: all that is asked for is that the service is known.
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal(10, Endpoints(mesh).Length);
        return mesh;
    }

    private static void Set(MeshServer server, ImmutableArray<MeshEndpoint> endpoints) =>
        server.State.Set("catalog.default", new MeshService { Name = "catalog.default", Endpoints = endpoints });

    private static Endpoint[] Endpoints(TestMesh mesh) => [.. mesh.Services.GetRequiredService<MeshRuntime>().Services.Single().Endpoints];

    private static IEnumerable<int> Ports(TestMesh mesh) => Endpoints(mesh).Select(endpoint => endpoint.Description.Port).Order();
}
