using System.Collections.Immutable;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

/// <summary>Endpoints as clients of our own are told of them: what is different.</summary>
public sealed class DeltaPatchTests
{
    private static readonly Node s_node = Patching();

    [Fact]
    public void A_change_of_one_endpoint_is_sent_and_nothing_else_is_even_encoded()
    {
        DeltaBench bench = Open();
        int made = bench.Encoder.Made.Count;

        Set(bench, 1, 2, 4);

        Assert.Equal(["endpoints 5: a.default:+10.0.0.4:80 -10.0.0.3:80"], bench.Responses());
        Assert.Equal(made, bench.Encoder.Made.Count);
        (MeshSnapshot snapshot, IReadOnlyCollection<SubscribedResource> unseen) = bench.Look();
        Assert.Equal([LookupKey.Endpoints("a.default")], snapshot.Changes);
        Assert.Empty(unseen);
        bench.Ack("endpoints", "5");
        Assert.Equal(ResourceState.Synced, bench.StateOf("endpoints", "a.default"));
    }

    [Fact]
    public void What_came_while_an_answer_was_waited_for_comes_at_once()
    {
        DeltaBench bench = Open();
        Set(bench, 1, 2, 4);
        Assert.Single(bench.Responses());
        Set(bench, 1, 2, 4, 5);
        Set(bench, 1, 2, 5, 6);
        Assert.Empty(bench.Responses());
        bench.Ack("endpoints", "5");
        Assert.Equal(["endpoints 6: a.default:+10.0.0.5:80 +10.0.0.6:80 -10.0.0.4:80"], bench.Responses());
    }

    [Theory]
    [InlineData("Mesh.Client", "other")]
    [InlineData("grpc-go", XdsFeatures.EndpointPatches)]
    public void Who_does_not_know_patches_is_sent_all(string agent, string feature)
    {
        DeltaBench bench = Open(new Node { Id = "web-1", Cluster = "web", UserAgentName = agent, ClientFeatures = { feature } });

        bench.Change(state => With(state, "b", [1, 2, 4]));

        Assert.Equal(["cluster 5: a.default=b", "endpoints 6: a.default=b", "routes 7: a.default=b"], bench.Responses());
    }

    [Fact]
    public void Who_comes_back_is_sent_what_it_has_missed()
    {
        DeltaBench bench = Open();
        string version = bench.Status("endpoints", "a.default").Version!;
        Set(bench, 1, 2, 4);
        bench.Stream.Leave();

        DeltaDiscoveryResponse missed = Resume(bench, version)!;
        Assert.Equal("endpoints 1: a.default:+10.0.0.4:80 -10.0.0.3:80", DeltaBench.TextOf(missed));
        Assert.Null(Resume(bench, missed.Resources[0].Version));
        Assert.Equal("endpoints 1: a.default=a", DeltaBench.TextOf(Resume(bench, "ffffffffffffffffffffffffffffffff")!));
    }

    [Fact]
    public void Who_asks_again_is_sent_all()
    {
        DeltaBench bench = Open();
        bench.Subscribe("endpoints", "a.default");
        Assert.Equal(["endpoints 5: a.default=a"], bench.Responses());
        bench.Ack("endpoints", "5");
        Set(bench, 1, 2, 4);
        bench.Subscribe("endpoints", "a.default");
        Assert.Equal(["endpoints 6: a.default=a"], bench.Responses());
    }

    [Fact]
    public void Who_has_refused_the_one_before_is_sent_all()
    {
        DeltaBench bench = Open();
        Set(bench, 1, 2, 4);
        bench.Responses();
        bench.Nack("endpoints", "5", "No.");
        Set(bench, 1, 2, 4, 5);
        Assert.Equal(["endpoints 6: a.default=a"], bench.Responses());
        bench.Ack("endpoints", "6");
        Set(bench, 1, 2, 4);
        Assert.Equal(["endpoints 7: a.default:-10.0.0.5:80"], bench.Responses());
    }

    [Fact]
    public void A_subset_is_sent_whole()
    {
        DeltaBench bench = new(s_node);
        Set(bench, 1, 2, 3);
        bench.Subscribe("endpoints", "a.default|v1");
        Assert.Equal(["endpoints 1: a.default|v1=a"], bench.Responses());
        Assert.Equal(XdsTypes.ClusterLoadAssignment, bench.Last!.Resources[0].Resource_.TypeUrl);
    }

    [Fact]
    public void All_streams_share_what_is_sent()
    {
        DeltaBench bench = Open();
        Set(bench, 1, 2, 4);
        (MeshSnapshot snapshot, _) = bench.Look();
        XdsResource resource = snapshot.Find(Mesh.ConfigServer.Xds.ResourceName.Parse(ResourceType.Endpoints, "a.default", "default"), ClientNode.Parse(s_node)).Resource!;

        string before = bench.Status("endpoints", "a.default").Version!;
        Assert.NotNull(resource.PatchFrom(before));
        Assert.Same(resource.PatchFrom(before), resource.PatchFrom(before));
    }

    [Fact]
    public void Other_rules_beside_other_endpoints_concern_all_types()
    {
        DeltaBench bench = Open();
        bench.Change(state => With(state, "b", [1, 2, 4]));
        Assert.Equal(
            ["cluster 5: a.default=b", "endpoints 6: a.default:+10.0.0.4:80 -10.0.0.3:80", "routes 7: a.default=b"], bench.Responses());
    }

    [Theory]
    [InlineData("a.internal", false, false)]
    [InlineData("10.0.0.4", true, false)]
    [InlineData("10.0.0.4", false, true)]
    public void Endpoints_that_clusters_may_speak_of_concern_all_types(string host, bool isLookedUp, bool isSecure)
    {
        DeltaBench bench = Open();
        MeshEndpoint other = new() { Host = host, Port = 80, Lookup = isLookedUp ? EndpointLookup.Addresses : EndpointLookup.None, Tls = isSecure ? TlsMode.Simple : null };
        bench.Change(state => state with
        {
            Services = new Dictionary<string, MeshService>(state.Services) { ["a.default"] = state.Services["a.default"] with { Endpoints = [other] } }.ToImmutableDictionary(),
        });
        (MeshSnapshot snapshot, _) = bench.Look();
        Assert.Equal([LookupKey.Service("a.default")], snapshot.Changes);
        Set(bench, 1, 2, 3);
        (snapshot, _) = bench.Look();
        Assert.Equal([LookupKey.Service("a.default")], snapshot.Changes);
    }

    [Fact]
    public void What_a_state_that_nobody_saw_made_different_is_told_with_the_next()
    {
        DeltaBench bench = Open();
        Set(bench, 1, 2, 4);
        Set(bench, 1, 2, 5);
        Assert.Equal(["endpoints 5: a.default:+10.0.0.5:80 -10.0.0.3:80"], bench.Responses());
    }

    private static Node Patching()
    {
        Node node = DeltaClient.Node();
        node.ClientFeatures.Add(XdsFeatures.EndpointPatches);
        return node;
    }

    private static DeltaBench Open(Node? node = null)
    {
        DeltaBench bench = new(node ?? s_node);
        Set(bench, 1, 2, 3);
        bench.Open("a.default");
        return bench;
    }

    private static DeltaDiscoveryResponse? Resume(DeltaBench bench, string version)
    {
        DeltaStream stream = new(ClientNode.Parse(s_node), bench);
        stream.Receive(new DeltaDiscoveryRequest
        {
            TypeUrl = XdsTypes.ClusterLoadAssignment, ResourceNamesSubscribe = { "a.default" }, InitialResourceVersions = { ["a.default"] = version },
        });
        (MeshSnapshot snapshot, IReadOnlyCollection<SubscribedResource> unseen) = bench.Look();
        DeltaDiscoveryResponse? response = stream.Next(snapshot, unseen);
        stream.Leave();
        return response;
    }

    private static void Set(DeltaBench bench, params int[] hosts) => bench.Change(state => With(state, "a", hosts));

    private static Mesh.ConfigServer.State.MeshState With(Mesh.ConfigServer.State.MeshState state, string name, int[] hosts) => state with
    {
        Services = new Dictionary<string, MeshService>(state.Services)
        {
            ["a.default"] = new MeshService
            {
                Name = name, Endpoints = [.. hosts.Select(host => new MeshEndpoint { Host = $"10.0.0.{host}", Port = 80 })],
            },
        }.ToImmutableDictionary(),
    };
}
