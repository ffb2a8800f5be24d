using System.Collections.Immutable;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

/// <summary>Endpoints over real streams, in the words that clients of our own read.</summary>
public sealed class EndpointStreamTests
{
    private const string Name = "catalog.default";

    private static readonly MeshEndpoint[] s_all = [.. Enumerable.Range(1, 20).Select(i => new MeshEndpoint { Host = $"10.0.0.{i}", Port = 80 })];

    [Fact]
    public async Task Whatever_comes_and_goes_a_client_has_what_there_is()
    {
        FakeStates states = With(s_all);
        await using XdsHost host = await XdsHost.StartAsync(states, encoder: new CodecEncoder());
        using DeltaClient client = new(host.Channel());
        await SubscribeAsync(client);
        (XdsEndpoints has, string version) = Take(await ReadAsync(client), null, "");
        System.Random random = new(7);
        int patches = 0;
        for (int round = 0; round < 100; round++)
        {
            int times = random.Next(1, 4);
            ImmutableArray<MeshEndpoint> now = [];
            for (int i = 0; i < times; i++)
            {
                now = [.. s_all.Where(_ => random.Next(5) > 0).Select(endpoint => endpoint with { Weight = random.Next(10) == 0 ? 2 + round : 1 })];
                states.Set(Name, Service(now));
            }

            string newest = EndpointHistory.Begin(Name, now).Version;
            while (version != newest)
            {
                Resource sent = await ReadAsync(client);
                patches += sent.Resource_.TypeUrl == XdsTypes.EndpointsPatch ? 1 : 0;
                (has, version) = Take(sent, has, version);
            }

            Assert.Equal(now.OrderBy(endpoint => endpoint.Host), has.Endpoints.OrderBy(endpoint => endpoint.Host));
        }

        Assert.InRange(patches, 50, int.MaxValue);
    }

    [Fact]
    public async Task A_client_that_comes_back_to_another_server_with_the_same_endpoints_is_sent_nothing()
    {
        string version;
        await using (XdsHost first = await XdsHost.StartAsync(With(s_all), encoder: new CodecEncoder()))
        {
            using DeltaClient client = new(first.Channel());
            await SubscribeAsync(client);
            version = (await ReadAsync(client)).Version;
        }

        await using XdsHost second = await XdsHost.StartAsync(With([.. s_all.Reverse()]), encoder: new CodecEncoder());
        using DeltaClient again = new(second.Channel());
        await SubscribeAsync(again, request => request.InitialResourceVersions.Add(Name, version));
        await again.SendAsync(XdsTypes.Cluster, null, Name);

        // Nothing of the endpoints comes until they are others, and then what is different.
        Assert.Equal(XdsTypes.Cluster, (await again.ReadAsync())!.TypeUrl);
        second.States.Set(Name, Service(s_all[1..]));
        Assert.Equal(XdsTypes.EndpointsPatch, (await ReadAsync(again)).Resource_.TypeUrl);
    }

    private static FakeStates With(MeshEndpoint[] endpoints)
    {
        FakeStates states = new();
        states.Set(Name, Service(endpoints));
        return states;
    }

    private static MeshService Service(IEnumerable<MeshEndpoint> endpoints) => new() { Name = Name, Endpoints = [.. endpoints] };

    private static Task SubscribeAsync(DeltaClient client, Action<DeltaDiscoveryRequest>? fill = null) => client.SendAsync(
        XdsTypes.ClusterLoadAssignment,
        request =>
        {
            request.Node = DeltaClient.Node();
            request.Node.ClientFeatures.Add(XdsFeatures.EndpointPatches);
            fill?.Invoke(request);
        },
        Name);

    private static async Task<Resource> ReadAsync(DeltaClient client)
    {
        DeltaDiscoveryResponse response = (await client.ReadAsync())!;
        await client.AckAsync(response);
        return Assert.Single(response.Resources);
    }

    private static (XdsEndpoints Has, string Version) Take(Resource sent, XdsEndpoints? before, string version)
    {
        if (sent.Resource_.TypeUrl != XdsTypes.EndpointsPatch)
        {
            return (EndpointsCodec.Decode(sent.Resource_.Unpack<ClusterLoadAssignment>()).Value!, sent.Version);
        }

        XdsEndpointsPatch patch = EndpointsPatchCodec.Decode(sent.Resource_.Unpack<MeshEndpointsPatch>()).Value!;
        Assert.Equal(version, patch.BaseVersion);
        return (patch.Apply(before!), sent.Version);
    }
}
