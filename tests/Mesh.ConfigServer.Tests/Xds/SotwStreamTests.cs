using Grpc.Core;
using Mesh.ConfigServer.Tests.Xds.Infrastructure;
using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class SotwStreamTests
{
    [Fact]
    public void A_request_is_answered_under_the_name_as_asked()
    {
        SotwBench bench = new("catalog.default=v1");
        bench.Ask("listener", "", "catalog", "Catalog.default:8080");
        bench.Ask("routes", "", "catalog.default");
        bench.Ask("cluster", "", "catalog.default", "catalog.default|canary");
        bench.Ask("endpoints", "", "catalog.default");

        Assert.Equal(
            [
                "cluster 1: catalog.default=v1 catalog.default|canary=v1",
                "endpoints 2: catalog.default=v1",
                "listener 3: Catalog.default:8080=catalog.default catalog=catalog.default",
                "routes 4: catalog.default=v1",
            ],
            bench.Responses());
    }

    [Fact]
    public void An_acknowledgement_is_not_answered()
    {
        SotwBench bench = new("catalog.default=v1");
        bench.Ask("cluster", "", "catalog.default");
        bench.Responses();
        Assert.Equal(ResourceState.Stale, bench.StateOf("cluster", "catalog.default"));

        for (int i = 0; i < 3; i++)
        {
            bench.Ask("cluster", "1", "catalog.default");
        }

        Assert.Empty(bench.Responses());
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "catalog.default"));
    }

    [Fact]
    public void Absent_listeners_and_clusters_are_told_at_once_and_routes_never()
    {
        SotwBench bench = new();
        bench.Ask("listener", "", "nobody");
        bench.Ask("cluster", "", "nobody.default");
        bench.Ask("routes", "", "nobody.default");
        bench.Ask("endpoints", "", "nobody.default");

        Assert.Equal(["cluster 1: ", "listener 2: "], bench.Responses());
        Assert.Equal(ResourceState.NotFound, bench.StateOf("listener", "nobody"));
        Assert.Equal(ResourceState.Requested, bench.StateOf("routes", "nobody.default"));
    }

    [Fact]
    public void Whole_types_come_whole_and_the_others_in_part()
    {
        SotwBench bench = new("a.default=1", "b.default=1");
        bench.Open("a.default", "b.default");
        bench.Set("b.default=2");

        Assert.Equal(["cluster 5: a.default=1 b.default=2", "endpoints 6: b.default=2", "routes 7: b.default=2"], bench.Responses());
    }

    [Fact]
    public void A_new_name_is_sent_though_nothing_changed()
    {
        SotwBench bench = new("a.default=1", "b.default=1");
        bench.Open("a.default");
        bench.Ask("endpoints", "2", "a.default", "b.default");
        bench.Ask("cluster", "1", "a.default", "b.default");
        Assert.Equal(["cluster 5: a.default=1 b.default=1", "endpoints 6: b.default=1"], bench.Responses());

        // Dropped and asked for again.
        bench.Ask("endpoints", "6", "a.default");
        bench.Ask("endpoints", "6", "a.default", "b.default");
        Assert.Equal(["endpoints 7: b.default=1"], bench.Responses());
    }

    [Fact]
    public void A_changed_list_of_clusters_is_answered_and_an_empty_one_is_not()
    {
        SotwBench bench = new("a.default=1", "b.default=1");
        bench.Open("a.default", "b.default");
        bench.Ask("cluster", "1", "a.default");
        Assert.Equal(["cluster 5: a.default=1"], bench.Responses());
        bench.Ask("cluster", "5");
        Assert.Empty(bench.Responses());
        Assert.DoesNotContain(bench.Stream.Describe(), resource => resource.Type is ResourceType.Cluster);

        // The nonce outlives the last name.
        bench.Ask("cluster", "4", "b.default");
        Assert.Empty(bench.Responses());
        bench.Ask("cluster", "5", "b.default");
        Assert.Equal(["cluster 6: b.default=1"], bench.Responses());
    }

    [Fact]
    public void What_is_gone_is_taken_away_last_and_comes_back()
    {
        SotwBench bench = new("a.default=1", "b.default=1", "c.default=1");
        bench.Open("a.default", "b.default", "c.default");
        bench.Set("a.default=2");
        bench.Delete("b.default");

        Assert.Equal(
            [
                "cluster 5: a.default=2 b.default=1 c.default=1",
                "endpoints 6: a.default=2",
                "routes 7: a.default=2",
                "listener 8: a.default=a.default c.default=c.default",
            ],
            bench.Responses());
        Assert.Equal(ResourceState.NotFound, bench.StateOf("listener", "b.default"));
        bench.Ack("cluster", "5");
        Assert.Empty(bench.Responses());
        bench.Ack("routes", "7");
        Assert.Equal(["cluster 9: a.default=2 c.default=1"], bench.Responses());
        bench.Ack("endpoints", "6");
        bench.Ack("listener", "8");
        bench.Ack("cluster", "9");
        Assert.Empty(bench.Responses());

        bench.Set("b.default=1");
        Assert.Equal(
            [
                "cluster 10: a.default=2 b.default=1 c.default=1",
                "endpoints 11: b.default=1",
                "listener 12: a.default=a.default b.default=b.default c.default=c.default",
                "routes 13: b.default=1",
            ],
            bench.Responses());
    }

    [Fact]
    public void A_refused_version_is_not_sent_again_before_another_was()
    {
        SotwBench bench = new("a.default=good", "b.default=1");
        bench.Open("a.default", "b.default");
        bench.Set("a.default=bad");
        bench.Responses();
        bench.Nack("cluster", "5", "lb_policy: no.", "a.default", "b.default");
        bench.Nack("cluster", "5", "lb_policy: no.", "a.default", "b.default");
        Assert.Equal(["Cluster: lb_policy: no."], bench.Refusals);
        Assert.Empty(bench.Responses());
        ResourceStatus refused = bench.Status("cluster", "a.default");
        Assert.Equal((ResourceState.Nacked, "lb_policy: no."), (refused.State, refused.Error));
        Assert.NotEqual(refused.Version, refused.AcknowledgedVersion);
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "b.default"));

        // Only where the whole is told for another reason.
        bench.Set("b.default=2");
        Assert.Equal("cluster 8: a.default=bad b.default=2", bench.Responses()[0]);
        bench.Nack("cluster", "8", "Cluster a.default: no.", "a.default", "b.default");
        Assert.Empty(bench.Responses());
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "b.default"));
        bench.Set("a.default=better");
        Assert.Equal("cluster 9: a.default=better b.default=2", bench.Responses()[0]);
        bench.Ack("cluster", "9");
        Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", "a.default"));

        // It may have been another's fault, so that it is worth one more try.
        bench.Set("a.default=bad");
        Assert.Equal("cluster 10: a.default=bad b.default=2", bench.Responses()[0]);
        bench.Nack("cluster", "10", "Cluster a.default: no.", "a.default", "b.default");
        Assert.Empty(bench.Responses());
        Assert.Equal(ResourceState.Nacked, bench.StateOf("cluster", "a.default"));
    }

    [Fact]
    public void A_refusal_takes_nothing_away_and_leads_nothing_back()
    {
        SotwBench bench = new("a.default=1", "b.default=bad", "c.default=1");
        string[] names = ["a.default", "b.default", "c.default"];
        bench.Ask("cluster", "", names[..2]);
        Assert.Equal(["cluster 1: a.default=1 b.default=bad"], bench.Responses());
        bench.Nack("cluster", "1", "No.", names[..2]);
        Assert.Empty(bench.Responses());
        bench.Ask("cluster", "1", names);
        Assert.Equal(["cluster 2: a.default=1 b.default=bad c.default=1"], bench.Responses());
        bench.Nack("cluster", "2", "No.", names);
        Assert.Empty(bench.Responses());
        Assert.All(names, name => Assert.Equal(ResourceState.Nacked, bench.StateOf("cluster", name)));

        bench.Set("b.default=good");
        Assert.Equal(["cluster 3: a.default=1 b.default=good c.default=1"], bench.Responses());
        bench.Ask("cluster", "3", names);
        Assert.All(names, name => Assert.Equal(ResourceState.Synced, bench.StateOf("cluster", name)));

        bench.Set("a.default=2", "b.default=bad");
        Assert.Equal(["cluster 4: a.default=2 b.default=bad c.default=1"], bench.Responses());
        bench.Nack("cluster", "4", "No.", names);
        Assert.Empty(bench.Responses());
        bench.Set("c.default=2");
        Assert.Equal(["cluster 5: a.default=2 b.default=bad c.default=2"], bench.Responses());
        bench.Nack("cluster", "5", "b.default is bad.", names);
        Assert.Empty(bench.Responses());
        bench.Delete("b.default");
        Assert.Equal(["cluster 6: a.default=2 c.default=2"], bench.Responses());
    }

    [Fact]
    public void Those_are_blamed_whom_the_refusal_names()
    {
        SotwBench bench = new("a.default=1", "b.default=bad");
        bench.Ask("routes", "", "a.default", "b.default");
        bench.Responses();
        bench.Nack("routes", "1", "Route 'b.default': no.", "a.default", "b.default");
        Assert.Equal(ResourceState.Synced, bench.StateOf("routes", "a.default"));
        Assert.Equal((ResourceState.Nacked, null), (bench.StateOf("routes", "b.default"), bench.Status("routes", "b.default").Content));
        Assert.Empty(bench.Responses());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public void A_request_with_a_stale_nonce_counts_for_nothing(string nonce)
    {
        SotwBench bench = new("a.default=1", "b.default=1");
        bench.Ask("cluster", "", "a.default");
        bench.Responses();
        bench.Ask("cluster", nonce, "b.default");
        bench.Nack("cluster", nonce, "No.", "a.default");

        Assert.Empty(bench.Responses());
        Assert.Empty(bench.Refusals);
        Assert.Equal(ResourceState.Stale, bench.StateOf("cluster", "a.default"));
    }

    [Fact]
    public void The_first_request_counts_whatever_its_nonce()
    {
        SotwBench bench = new("a.default=1");
        bench.Ask("cluster", "of-another-stream", "a.default");
        Assert.Equal(["cluster 1: a.default=1"], bench.Responses());
    }

    [Fact]
    public void Without_an_answer_one_response_is_out_and_then_the_newest_follows()
    {
        SotwBench bench = new("a.default=1");
        bench.Ask("cluster", "", "a.default");
        bench.Responses();
        for (int i = 2; i <= 100; i++)
        {
            bench.Set($"a.default={i}");
            Assert.Empty(bench.Responses());
        }

        bench.Ask("cluster", "1", "a.default");
        Assert.Equal(["cluster 2: a.default=100"], bench.Responses());
    }

    [Fact]
    public void A_newer_request_is_answered_before_the_response_is()
    {
        SotwBench bench = new("a.default=1", "b.default=1");
        bench.Ask("endpoints", "", "a.default");
        bench.Responses();
        bench.Ask("endpoints", "", "a.default", "b.default");
        Assert.Equal(["endpoints 2: b.default=1"], bench.Responses());
    }

    [Fact]
    public void What_refers_waits_for_what_it_refers_to()
    {
        SotwBench bench = new("a.default=1");
        bench.Open("a.default");
        bench.Set("a.default=2");
        bench.Responses();
        bench.Ack("endpoints", "6");
        bench.Ack("routes", "7");
        bench.Set("a.default=3");

        Assert.Empty(bench.Responses());
        bench.Ack("cluster", "5");
        Assert.Equal(["cluster 8: a.default=3", "endpoints 9: a.default=3", "routes 10: a.default=3"], bench.Responses());
    }

    [Theory]
    [InlineData("listener", new string[0])]
    [InlineData("cluster", new[] { "*" })]
    [InlineData("cluster", new[] { "*", "a.default" })]
    public void Who_asks_for_all_is_sent_what_is_named(string type, string[] names)
    {
        SotwBench bench = new("a.default=1");
        bench.Ask(type, "", names);
        Assert.Equal([names.Length > 1 ? "cluster 1: a.default=1" : $"{type} 1: "], bench.Responses());
        Assert.Single(bench.ForAll);
        Assert.Single(bench.Stream.AskedForAll());
        bench.Ask(type, "1", names);
        Assert.Empty(bench.Responses());
    }

    [Fact]
    public void Versions_of_responses_are_those_of_their_content()
    {
        SotwBench one = new("a.default=1", "b.default=1");
        SotwBench other = new("b.default=1", "a.default=1");
        one.Ask("cluster", "", "a.default", "b.default");
        other.Ask("cluster", "", "b.default", "a.default");
        one.Responses();
        other.Responses();
        string version = one.Last!.VersionInfo;
        Assert.Equal(version, other.Last!.VersionInfo);
        Assert.Matches("^[0-9a-f]{16}$", version);
        one.Ack("cluster", "1");
        one.Set("a.default=2");
        one.Responses();
        Assert.NotEqual(version, one.Last.VersionInfo);
    }

    [Fact]
    public void Names_are_capped_over_all_types()
    {
        SotwBench bench = new() { MaxNames = 3 };
        bench.Ask("cluster", "", "a", "b");
        bench.Ask("routes", "", "a");
        RpcException refusal = Assert.Throws<RpcException>(() => bench.Ask("endpoints", "", "a"));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
    }

    [Theory]
    [InlineData("", "a", StatusCode.InvalidArgument)]
    [InlineData("cluster", null, StatusCode.InvalidArgument)]
    public void What_no_client_asks_ends_the_stream(string type, string? name, StatusCode status)
    {
        SotwBench bench = new();
        Mesh.Model.Xds.Wire.DiscoveryRequest request = new() { TypeUrl = type.Length == 0 ? "" : ResourceType.Cluster.Url() };
        request.ResourceNames.Add(name ?? new string('a', 1025));
        Assert.Equal(status, Assert.Throws<RpcException>(() => bench.Stream.Receive(request)).StatusCode);
    }

    [Fact]
    public void Types_that_nobody_knows_are_left_alone()
    {
        SotwBench bench = new();
        bench.Stream.Receive(new Mesh.Model.Xds.Wire.DiscoveryRequest
        {
            TypeUrl = "type.googleapis.com/envoy.service.runtime.v3.Runtime", ResourceNames = { "x" }
        });
        Assert.Empty(bench.Responses());
        Assert.Empty(bench.Stream.Describe());
    }

    [Fact]
    public void What_cannot_be_encoded_is_withheld_and_the_last_good_stays()
    {
        SotwBench bench = new("a.default=1", "b.default=1");
        bench.Open("a.default", "b.default");
        bench.Set("a.default=broken");
        Assert.Empty(bench.Responses());
        Assert.Equal(["Cluster a.default", "Endpoints a.default", "Routes a.default"], bench.Withheld.Order(StringComparer.Ordinal));
        Assert.Contains("No word for it.", bench.Status("cluster", "a.default").Error, StringComparison.Ordinal);
        bench.Set("b.default=2");
        Assert.Equal("cluster 5: a.default=1 b.default=2", bench.Responses()[0]);

        // Who comes now gets the last good as well.
        SotwStream late = new(ClientNode.Parse(Bench.Node), bench);
        late.Receive(new Mesh.Model.Xds.Wire.DiscoveryRequest { TypeUrl = ResourceType.Routes.Url(), ResourceNames = { "a.default" } });
        (MeshSnapshot snapshot, IReadOnlyCollection<SubscribedResource> unseen) = bench.Look();
        Assert.Single(late.Next(snapshot, unseen)!.Resources);
        bench.Ack("cluster", "5");
        bench.Set("a.default=2");
        Assert.Equal("cluster 8: a.default=2 b.default=2", bench.Responses()[0]);
    }

    [Fact]
    public void A_large_part_comes_in_pieces()
    {
        SotwBench bench = new("a.default=1", "b.default=1", "c.default=1");
        bench.Encoder.Size = 700_000;
        bench.Ask("endpoints", "", "a.default", "b.default", "c.default");
        Assert.Equal(["endpoints 1: a.default=1", "endpoints 2: b.default=1", "endpoints 3: c.default=1"], bench.Responses());
    }

    [Fact]
    public void Interest_ends_with_the_name()
    {
        SotwBench bench = new("a.default=1");
        bench.Ask("endpoints", "", "a.default", "b.default");
        bench.Ask("listener", "", "shop.example.com:80");
        Assert.Contains(LookupKey.AnyWildcard, bench.Watched);
        bench.Responses();
        bench.Ask("endpoints", "1");
        bench.Ask("listener", "2");
        Assert.Empty(bench.Watched);
    }
}
