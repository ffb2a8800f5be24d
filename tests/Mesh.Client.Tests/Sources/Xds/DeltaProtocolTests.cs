using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Sources.Xds;
using Mesh.Model;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class DeltaProtocolTests : IDisposable
{
    private static readonly XdsResourceType s_clusters = XdsResourceType.Cluster;

    private readonly ResourceStore _store = new(_ => null);
    private readonly ServiceAssembly _follower;
    private readonly DeltaProtocol _protocol;

    public DeltaProtocolTests()
    {
        _follower = new ServiceAssembly(_store, "any");
        _protocol = NewStream();
    }

    public void Dispose() => _follower.Dispose();

    [Fact]
    public void With_nothing_followed_there_is_nothing_to_say() => Assert.Empty(_protocol.Flush(0));

    [Fact]
    public void All_names_of_all_types_go_out_in_one_flush_the_first_with_the_node()
    {
        foreach (XdsResourceType type in XdsResourceType.All)
        {
            _store.Follow(type, "catalog.default", _follower);
            _store.Follow(type, "pricing.default", _follower);
        }

        IReadOnlyList<Wire.DeltaDiscoveryRequest> requests = _protocol.Flush(0);

        Assert.Equal(XdsResourceType.All.Select(type => type.Url), requests.Select(request => request.TypeUrl));
        Assert.All(requests, request => Assert.Equal(["catalog.default", "pricing.default"], request.ResourceNamesSubscribe));
        Assert.All(requests, request => Assert.Empty(request.ResponseNonce));
        Assert.Equal(requests.Select((_, index) => index == 0), requests.Select(request => request.Node is not null));
        Assert.Empty(_protocol.Flush(0));
    }

    [Fact]
    public void Only_what_changes_is_told_later()
    {
        XdsResource first = Ask("a.default");

        _store.LetGo(first, _follower);
        _store.Follow(s_clusters, "b.default", _follower);
        Wire.DeltaDiscoveryRequest request = Assert.Single(_protocol.Flush(0));

        Assert.Equal(["b.default"], request.ResourceNamesSubscribe);
        Assert.Equal(["a.default"], request.ResourceNamesUnsubscribe);
        Assert.Null(request.Node);
    }

    [Fact]
    public void What_is_let_go_and_followed_again_between_two_requests_has_missed_nothing()
    {
        XdsResource resource = Ask("a.default");
        Take(Response("n1", Good("a.default", "v1")), 0);
        _protocol.Flush(0);

        _store.LetGo(resource, _follower);
        Take(Response("n2", Good("a.default", "v2", 7)), 0);
        Assert.Same(resource, _store.Follow(s_clusters, "a.default", _follower));

        Assert.Equal(("v2", false), (resource.Version, resource.IsStale));
        Assert.Empty(Assert.Single(_protocol.Flush(0)).ResourceNamesSubscribe);
    }

    [Fact]
    public void What_was_let_go_is_out_of_date_until_the_server_has_told_of_it_and_its_version_is_not_told()
    {
        XdsResource resource = Ask("a.default");
        XdsResource other = Ask("b.default");
        Take(Response("n1", Good("a.default", "v1"), Good("b.default", "v1")), 0);
        _store.LetGo(resource, _follower);
        _protocol.Flush(0);
        Assert.Equal((true, false), (resource.IsStale, other.IsStale));

        _protocol.End();
        DeltaProtocol next = NewStream();
        _store.Follow(s_clusters, "a.default", _follower);
        Wire.DeltaDiscoveryRequest request = Assert.Single(next.Flush(0));

        Assert.Equal(["a.default", "b.default"], request.ResourceNamesSubscribe.Order());
        Assert.Equal(["b.default"], request.InitialResourceVersions.Keys);
        next.Take(Response("n1", Good("a.default", "v1")), [.. next.Read(Response("n1", Good("a.default", "v1")))], 5);
        Assert.False(resource.IsStale);
    }

    [Fact]
    public void A_server_that_says_nothing_of_what_was_let_go_once_is_stuck()
    {
        XdsResource resource = Ask("a.default");
        Take(Response("n1", Good("a.default", "v1")), 0);
        _store.LetGo(resource, _follower);
        _protocol.Flush(0);

        _store.Follow(s_clusters, "a.default", _follower);
        _protocol.Flush(7);

        Assert.Same(resource, _store.Overdue(now: 9, patience: 2));
    }

    [Fact]
    public void A_type_that_was_not_asked_for_is_not_acknowledged_which_would_ask_for_all_of_it()
    {
        Ask("a.default");

        Assert.Empty(Take(new Wire.DeltaDiscoveryResponse { TypeUrl = XdsTypes.Listener, Nonce = "n1" }, 0));

        Assert.Empty(_protocol.Flush(0));
    }

    [Fact]
    public void Of_what_nobody_follows_the_oldest_goes_when_there_is_too_much()
    {
        XdsResource[] all = [.. Enumerable.Range(0, ResourceStore.MaxKept + 1).Select(i => _store.Follow(s_clusters, $"c{i}", _follower))];
        foreach (XdsResource resource in all)
        {
            resource.Take(new SentResource(resource.Name, "v1", new Any(), new ParsedResource(new object(), [])));
            _store.LetGo(resource, _follower);
        }

        // Followed again and let go again: the newest, and not the oldest.
        _store.LetGo(_store.Follow(s_clusters, "c1", _follower), _follower);
        XdsResource one = _store.Follow(s_clusters, "late", _follower);
        one.Take(new SentResource("late", "v1", new Any(), new ParsedResource(new object(), [])));
        _store.LetGo(one, _follower);

        Assert.Equal([true, false, true, false], ((string[])["c0", "c1", "c2", "c3"]).Select(name => _store.Find(s_clusters, name) is null));
    }

    [Fact]
    public void A_good_response_is_acknowledged_by_its_nonce_alone()
    {
        XdsResource resource = Ask("a.default");

        IReadOnlyList<XdsResource> told = Take(Response("n1", Good("a.default", "v1")), 0);

        Assert.Equal([resource], told);
        Assert.Equal((XdsResourceState.Exists, "v1", null), (resource.State, resource.Version, resource.Trouble));
        Wire.DeltaDiscoveryRequest ack = Assert.Single(_protocol.Flush(0));
        Assert.Equal(new Wire.DeltaDiscoveryRequest { TypeUrl = s_clusters.Url, ResponseNonce = "n1" }, ack);
    }

    [Fact]
    public void Each_response_is_answered_once_in_order()
    {
        Ask("a.default");

        Take(Response("n1", Good("a.default", "v1")), 0);
        Take(Response("n2", Good("a.default", "v2", 7)), 0);

        Assert.Equal(["n1", "n2"], _protocol.Flush(0).Select(request => request.ResponseNonce));
        Assert.Empty(_protocol.Flush(0));
    }

    [Fact]
    public void A_bad_resource_is_refused_with_its_path_and_the_good_ones_beside_it_are_taken()
    {
        XdsResource bad = Ask("a.default");
        XdsResource good = Ask("b.default");
        Take(Response("n1", Good("a.default", "v1")), 0);
        object? before = bad.Value;

        Take(Response("n2", Bad("a.default", "v2"), Good("b.default", "v2")), 0);

        Wire.DeltaDiscoveryRequest nack = _protocol.Flush(0)[^1];
        Assert.Equal((3, "n2"), (nack.ErrorDetail.Code, nack.ResponseNonce));
        Assert.Contains("Cluster 'a.default': type: ", nack.ErrorDetail.Message, StringComparison.Ordinal);
        Assert.StartsWith("web.default~1: ", nack.ErrorDetail.Message, StringComparison.Ordinal);
        Assert.Same(before, bad.Value);
        Assert.Equal("v1", bad.Version);
        Assert.Equal("v2", good.Version);

        Take(Response("n3", Good("a.default", "v3", 7)), 0);
        Assert.Null(_protocol.Flush(0)[^1].ErrorDetail);
        Assert.Null(bad.Trouble);
    }

    [Theory]
    [InlineData("malformed")]
    [InlineData("other type")]
    [InlineData("other name")]
    [InlineData("empty")]
    [InlineData("twice")]
    public void What_cannot_be_read_is_refused(string how)
    {
        XdsResource resource = Ask("a.default");
        Wire.Resource sent = Good("a.default", "v1");
        Wire.Resource[] all = how switch
        {
            "malformed" => [new Wire.Resource { Name = "a.default", Resource_ = new Any { TypeUrl = s_clusters.Url, Value = ByteString.CopyFrom(0x0a, 0xff, 0xff) } }],
            "other type" => [new Wire.Resource { Name = "a.default", Resource_ = new Any { TypeUrl = XdsTypes.Listener, Value = sent.Resource_.Value } }],
            "other name" => [new Wire.Resource { Name = "a.default", Resource_ = Good("b.default", "v1").Resource_ }],
            "empty" => [new Wire.Resource { Name = "a.default" }],
            _ => [sent, sent],
        };

        Take(Response("n1", all), 0);

        Assert.Equal(XdsResourceState.Requested, resource.State);
        Assert.NotNull(resource.Trouble);
        Assert.Contains("a.default", Assert.Single(_protocol.Flush(0)).ErrorDetail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_ends_anywhere_too_early_is_refused_and_the_stream_goes_on()
    {
        // The last thing in it is a wrapped number, of which the library complains in its own way.
        Wire.Cluster cluster = new() { Name = "a.default", LeastRequestLbConfig = new() { ChoiceCount = 300 } };
        ByteString whole = cluster.ToByteString();
        Ask("a.default");

        Assert.All(Enumerable.Range(1, whole.Length - 1), length =>
        {
            Any cut = new() { TypeUrl = s_clusters.Url, Value = ByteString.CopyFrom(whole.Span[..length]) };
            Take(Response("n", new Wire.Resource { Name = "a.default", Version = "v1", Resource_ = cut }), 0);
            Assert.Equal(3, Assert.Single(_protocol.Flush(0)).ErrorDetail.Code);
        });
    }

    [Fact]
    public void What_nobody_follows_is_ignored_and_acknowledged()
    {
        Ask("a.default");

        Assert.Empty(Take(Response("n1", Good("b.default", "v1")), 0));

        Assert.Null(_store.Find(s_clusters, "b.default"));
        Assert.Null(Assert.Single(_protocol.Flush(0)).ErrorDetail);
    }

    [Fact]
    public void An_unknown_type_is_ignored()
    {
        Ask("a.default");

        Assert.Empty(Take(new Wire.DeltaDiscoveryResponse { TypeUrl = "type.googleapis.com/odd", Nonce = "n" }, 0));

        Assert.Empty(_protocol.Flush(0));
    }

    [Fact]
    public void What_is_removed_does_not_exist_until_it_is_there_again()
    {
        XdsResource resource = Ask("a.default");
        Take(Response("n1", Good("a.default", "v1")), 0);

        Wire.DeltaDiscoveryResponse removal = Response("n2");
        removal.RemovedResources.Add(["a.default", "stranger"]);
        Assert.Equal([resource], Take(removal, 0));
        Assert.Equal((XdsResourceState.DoesNotExist, null), (resource.State, resource.Value));

        Take(Response("n3", Good("a.default", "v1")), 0);
        Assert.Equal(XdsResourceState.Exists, resource.State);
        Assert.NotNull(resource.Value);
    }

    [Theory]
    [InlineData(5, false, "DoesNotExist")]
    [InlineData(5, true, "Exists")]
    [InlineData(7, false, "Requested")]
    [InlineData(7, true, "Exists")]
    public void A_resource_that_is_withheld_keeps_what_is_there(int code, bool isThere, string state)
    {
        XdsResource resource = Ask("a.default");
        if (isThere)
        {
            Take(Response("n1", Good("a.default", "v1")), 0);
        }

        Wire.DeltaDiscoveryResponse response = Response("n2");
        response.ResourceErrors.Add(new Wire.ResourceError
        {
            ResourceName = new Wire.ResourceName { Name = "a.default" }, ErrorDetail = new Wire.Status { Code = code, Message = "not for you" },
        });
        Take(response, 0);

        Assert.Equal(state, resource.State.ToString());
        Assert.Equal(state != "DoesNotExist", resource.Trouble?.Contains("not for you", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void What_a_server_does_not_know_yet_is_waited_for_without_an_end()
    {
        XdsResource resource = Ask("a.default", now: 100);
        Wire.DeltaDiscoveryResponse response = Response("n1");
        response.ResourceErrors.Add(new Wire.ResourceError
        {
            ResourceName = new Wire.ResourceName { Name = "a.default" }, ErrorDetail = new Wire.Status { Code = 14, Message = "not yet" },
        });
        Take(response, 100);
        Ask("b.default", now: 200);
        Assert.Equal(("Requested", null, null), (resource.State.ToString(), resource.Trouble, resource.AskedAt));

        // Another server may know.
        Assert.True(resource.IsPutOff);
        _store.ForgetQuestions();
        Assert.False(resource.IsPutOff);
        Take(Response("n2", Good("a.default", "v1")), 300);
        Assert.Equal("Exists", resource.State.ToString());
    }

    [Fact]
    public void A_new_stream_begins_with_all_names_and_what_is_known_of_them()
    {
        Ask("a.default");
        Ask("b.default");
        Take(Response("n1", Good("a.default", "v1")), 0);

        Wire.DeltaDiscoveryRequest request = Assert.Single(NewStream().Flush(0));

        Assert.Equal(["a.default", "b.default"], request.ResourceNamesSubscribe);
        Assert.Equal(new Dictionary<string, string> { ["a.default"] = "v1" }, request.InitialResourceVersions);
        Assert.Empty(request.ResponseNonce);
        Assert.NotNull(request.Node);
    }

    [Fact]
    public void What_is_asked_for_and_not_answered_is_overdue_after_a_while()
    {
        XdsResource resource = Ask("a.default", now: 100);
        Ask("b.default", now: 100);

        // Nothing is concluded from the silence of a server that has said nothing at all.
        Assert.Null(_store.Overdue(1000, 15));

        Take(Response("n1", Good("b.default", "v1")), 200);
        Assert.Null(_store.Overdue(214, 15));
        Assert.Same(resource, _store.Overdue(215, 15));
        Assert.Equal(XdsResourceState.Requested, resource.State);
    }

    [Fact]
    public void The_time_is_not_started_anew_and_ends_with_the_stream()
    {
        Ask("b.default");
        Take(Response("n1", Good("b.default", "v1")), 0);
        Ask("a.default", now: 100);
        Ask("c.default", now: 110);

        _protocol.Flush(114);
        Assert.Null(_store.Overdue(114, 15));
        Assert.Equal("a.default", _store.Overdue(115, 15)?.Name);

        _store.ForgetQuestions();
        Assert.Null(_store.Overdue(1000, 15));
    }

    [Fact]
    public void What_nobody_had_thought_of_is_that_resources_fault_alone()
    {
        ResourceStore store = new(resource => ((XdsCluster)resource).Name == "a.default" ? throw new NotSupportedException("never seen") : null);
        DeltaProtocol protocol = new(store, XdsNode.Of(new ServiceIdentity { Name = "web" }, "1", null));
        XdsResource bad = store.Follow(s_clusters, "a.default", _follower);
        XdsResource good = store.Follow(s_clusters, "b.default", _follower);
        protocol.Flush(0);
        Wire.DeltaDiscoveryResponse response = Response("n1", Good("a.default", "v1"), Good("b.default", "v1"));

        protocol.Take(response, protocol.Read(response), 0);

        Assert.Contains("never seen", Assert.Single(protocol.Flush(0)).ErrorDetail.Message, StringComparison.Ordinal);
        Assert.Equal((null, XdsResourceState.Exists), (bad.Value, good.State));
    }

    private IReadOnlyList<XdsResource> Take(Wire.DeltaDiscoveryResponse response, long now) => _protocol.Take(response, _protocol.Read(response), now);

    private DeltaProtocol NewStream() => new(_store, XdsNode.Of(new ServiceIdentity { Name = "web" }, "1", null));

    private XdsResource Ask(string name, long now = 0)
    {
        XdsResource resource = _store.Follow(s_clusters, name, _follower);
        _protocol.Flush(now);
        return resource;
    }

    private static Wire.DeltaDiscoveryResponse Response(string nonce, params Wire.Resource[] resources)
    {
        Wire.DeltaDiscoveryResponse response = new() { TypeUrl = s_clusters.Url, Nonce = nonce };
        response.Resources.Add(resources);
        return response;
    }

    private static Wire.Resource Good(string name, string version, int maxRequests = 5) => Pack(name, version, ClusterCodec.Encode(
        name, null, new MeshService { CircuitBreaker = new CircuitBreakerSettings { MaxRequests = maxRequests } }, ClientProfile.Mesh).Message);

    private static Wire.Resource Bad(string name, string version) => Pack(name, version, new Wire.Cluster { Name = name, Type = Wire.Cluster.Types.DiscoveryType.OriginalDst });

    private static Wire.Resource Pack(string name, string version, Wire.Cluster cluster) => new()
    {
        Name = name, Version = version, Resource_ = new Any { TypeUrl = s_clusters.Url, Value = cluster.ToByteString() },
    };
}
