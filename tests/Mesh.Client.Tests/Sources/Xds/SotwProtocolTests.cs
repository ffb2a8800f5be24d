using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Bootstrap;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class SotwProtocolTests : IDisposable
{
    private static readonly XdsResourceType s_clusters = XdsResourceType.Cluster;

    private readonly ResourceStore _store = new(_ => null);
    private readonly Dictionary<XdsResourceType, string> _accepted = [];
    private readonly ServiceAssembly _follower;
    private SotwProtocol _protocol;

    public SotwProtocolTests()
    {
        _follower = new ServiceAssembly(_store, "any");
        _protocol = NewStream();
    }

    public void Dispose() => _follower.Dispose();

    [Fact]
    public void With_nothing_followed_there_is_nothing_to_say_for_no_names_are_a_wish_for_all() => Assert.Empty(_protocol.Flush(0));

    [Fact]
    public void Each_request_has_all_names_of_its_type_and_the_first_the_node()
    {
        foreach (XdsResourceType type in XdsResourceType.All)
        {
            _store.Follow(type, "b", _follower);
            _store.Follow(type, "a", _follower);
        }

        IReadOnlyList<Wire.DiscoveryRequest> requests = _protocol.Flush(0);

        Assert.Equal(XdsResourceType.All.Select(type => type.Url), requests.Select(request => request.TypeUrl));
        Assert.All(requests, request => Assert.Equal(["a", "b"], request.ResourceNames));
        Assert.All(requests, request => Assert.Equal(("", ""), (request.VersionInfo, request.ResponseNonce)));
        Assert.Equal(requests.Select((_, index) => index == 0), requests.Select(request => request.Node is not null));
        Assert.Empty(_protocol.Flush(0));
    }

    [Fact]
    public void A_good_response_is_acknowledged_once_with_its_version_and_nonce()
    {
        XdsResource resource = Ask("a");

        Assert.Equal([resource], Take(Response("1", "n1", Good("a")), 0));

        Assert.Equal((XdsResourceState.Exists, "1", null), (resource.State, resource.Version, resource.Trouble));
        Assert.Equal(Request("1", "n1", "a"), Assert.Single(_protocol.Flush(0)));
        Assert.Empty(_protocol.Flush(0));
    }

    [Fact]
    public void Each_response_is_answered_once_in_order()
    {
        Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        Take(Response("2", "n2", Good("a")), 0);

        Assert.Equal([Request("1", "n1", "a"), Request("2", "n2", "a")], _protocol.Flush(0));
    }

    [Fact]
    public void A_change_of_names_goes_with_the_answer_or_by_itself_with_the_newest_nonce()
    {
        XdsResource first = Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        _store.Follow(s_clusters, "b", _follower);
        Assert.Equal([Request("1", "n1", "a", "b")], _protocol.Flush(0));

        _store.LetGo(first, _follower);
        Assert.Equal([Request("1", "n1", "b")], _protocol.Flush(0));
    }

    [Fact]
    public void The_nonce_outlives_the_last_name()
    {
        XdsResource resource = Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        _protocol.Flush(0);

        _store.LetGo(resource, _follower);
        Assert.Equal([Request("1", "n1")], _protocol.Flush(0));

        _store.Follow(s_clusters, "b", _follower);
        Assert.Equal([Request("1", "n1", "b")], _protocol.Flush(0));
    }

    [Fact]
    public void A_bad_resource_is_refused_with_the_version_before_and_the_good_ones_beside_it_are_taken()
    {
        XdsResource bad = Ask("a");
        XdsResource worse = Ask("b");
        XdsResource good = Ask("c");
        Take(Response("1", "n1", Good("a"), Good("b")), 0);
        _protocol.Flush(0);
        object? before = bad.Value;

        Take(Response("2", "n2", Bad("a"), Bad("b"), Good("c")), 0);

        Wire.DiscoveryRequest nack = Assert.Single(_protocol.Flush(0));
        Assert.Equal(("1", "n2", 3), (nack.VersionInfo, nack.ResponseNonce, nack.ErrorDetail.Code));
        Assert.StartsWith("me: ", nack.ErrorDetail.Message, StringComparison.Ordinal);
        Assert.Contains("Cluster 'a': type: ", nack.ErrorDetail.Message, StringComparison.Ordinal);
        Assert.Contains("Cluster 'b': type: ", nack.ErrorDetail.Message, StringComparison.Ordinal);
        Assert.Same(before, bad.Value);
        Assert.NotNull(worse.Value);
        Assert.Equal("2", good.Version);
    }

    [Theory]
    [InlineData("malformed")]
    [InlineData("other type")]
    [InlineData("twice")]
    [InlineData("empty wrapper")]
    [InlineData("malformed wrapper")]
    [InlineData("other type in a wrapper")]
    [InlineData("other name in a wrapper")]
    public void What_cannot_be_read_is_refused(string how)
    {
        XdsResource resource = Ask("a");
        ByteString noise = ByteString.CopyFrom(0x0a, 0xff, 0xff);
        Any[] sent = how switch
        {
            "malformed" => [new Any { TypeUrl = s_clusters.Url, Value = noise }],
            "other type" => [new Any { TypeUrl = XdsTypes.Listener, Value = Good("a").Value }],
            "twice" => [Good("a"), Good("a")],
            "empty wrapper" => [Any.Pack(new Wire.Resource { Name = "a" })],
            "malformed wrapper" => [new Any { TypeUrl = Any.Pack(new Wire.Resource()).TypeUrl, Value = noise }],
            "other type in a wrapper" => [Any.Pack(new Wire.Resource { Name = "a", Resource_ = new Any { TypeUrl = XdsTypes.Listener } })],
            _ => [Any.Pack(new Wire.Resource { Name = "a", Resource_ = Good("b") })],
        };

        Take(Response("1", "n1", sent), 0);

        Assert.Null(resource.Value);
        Wire.DiscoveryRequest nack = Assert.Single(_protocol.Flush(0));
        Assert.Equal(("", "n1"), (nack.VersionInfo, nack.ResponseNonce));
        Assert.NotNull(nack.ErrorDetail);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("")]
    public void A_wrapped_resource_is_taken_by_the_wrappers_name_or_its_own(string name)
    {
        XdsResource resource = Ask("a");

        Take(Response("1", "n1", Any.Pack(new Wire.Resource { Name = name, Version = "7", Resource_ = Good("a") })), 0);

        Assert.Equal((XdsResourceState.Exists, "1"), (resource.State, resource.Version));
        Assert.Null(Assert.Single(_protocol.Flush(0)).ErrorDetail);
    }

    [Fact]
    public void What_nobody_follows_and_types_that_nobody_asked_for_are_ignored()
    {
        Ask("a");

        Assert.Empty(Take(Response("1", "n1", Good("b")), 0));
        Assert.Empty(Take(new Wire.DiscoveryResponse { TypeUrl = "type.googleapis.com/odd", Nonce = "n" }, 0));
        Assert.Empty(Take(new Wire.DiscoveryResponse { TypeUrl = XdsTypes.Listener, Nonce = "n" }, 0));

        Assert.Equal([Request("1", "n1", "a")], _protocol.Flush(0));
    }

    [Theory]
    [InlineData(XdsTypes.Listener, XdsServerFeatures.FailOnDataErrors, "DoesNotExist", false)]
    [InlineData(XdsTypes.Cluster, XdsServerFeatures.FailOnDataErrors, "DoesNotExist", false)]
    [InlineData(XdsTypes.Listener, XdsServerFeatures.None, "Exists", true)]
    [InlineData(XdsTypes.Cluster, XdsServerFeatures.None, "Exists", true)]
    [InlineData(XdsTypes.RouteConfiguration, XdsServerFeatures.FailOnDataErrors, "Exists", false)]
    [InlineData(XdsTypes.ClusterLoadAssignment, XdsServerFeatures.FailOnDataErrors, "Exists", false)]
    internal void What_a_response_leaves_out_is_deleted_where_responses_have_all(string url, XdsServerFeatures features, string state, bool isTold)
    {
        _protocol = NewStream(features);
        XdsResourceType type = XdsResourceType.Find(url)!;
        XdsResource resource = _store.Follow(type, "a", _follower);
        _protocol.Flush(0);
        Any sent = Any.Pack(Foreign.Service("a", "a").Concat([Foreign.Routes("a", ["*"], Foreign.To("c")), Foreign.Endpoints("a")])
            .First(message => Any.Pack(message).TypeUrl == url && Foreign.NameOf(message) == "a"));
        Take(Of(Response("1", "n1", sent), url), 0);
        Assert.NotNull(resource.Value);

        Take(Of(Response("2", "n2"), url), 0);

        Assert.Equal(state, resource.State.ToString());
        Assert.Equal(isTold, resource.Trouble is not null);

        Take(Of(Response("3", "n3", sent), url), 0);
        Assert.Equal((XdsResourceState.Exists, null), (resource.State, resource.Trouble));
    }

    [Fact]
    public void What_cannot_be_read_takes_nothing_away_for_it_may_be_what_is_missing()
    {
        _protocol = NewStream(XdsServerFeatures.FailOnDataErrors);
        XdsResource resource = Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        Any damaged = new() { TypeUrl = s_clusters.Url, Value = Google.Protobuf.ByteString.CopyFrom(0x0a, 0xff) };

        Take(Response("2", "n2", damaged), 0);

        Assert.Equal(XdsResourceState.Exists, resource.State);
        Assert.NotNull(Assert.Single(_protocol.Flush(0), request => request.ResponseNonce == "n2").ErrorDetail);
    }

    [Fact]
    public void What_was_let_go_is_asked_for_anew_as_if_nothing_was_known_and_holds_where_the_server_is_silent_of_it()
    {
        XdsResource resource = Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        _protocol.Flush(0);
        Assert.False(resource.IsStale);
        _store.LetGo(resource, _follower);
        Assert.False(resource.IsStale);
        Take(Response("2", "n2", Good("a")), 0);
        _protocol.Flush(0);
        Assert.True(resource.IsStale);

        Assert.Same(resource, _store.Follow(s_clusters, "a", _follower));
        Assert.Equal(Request("", "n2", "a"), Assert.Single(_protocol.Flush(7)));

        Assert.Equal((XdsResourceState.Exists, true, 7), (resource.State, resource.IsStale, resource.AskedAt));
        Assert.Same(resource, Assert.Single(_store.Expire(now: 9, patience: 2)));
        Assert.Equal((XdsResourceState.Exists, false), (resource.State, resource.IsStale));
        Assert.Equal("The server has not told of it in time.", resource.Trouble);
    }

    [Fact]
    public void What_was_never_sent_is_not_gone_for_the_response_may_have_crossed_the_request()
    {
        Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        XdsResource later = Ask("b");

        Take(Response("2", "n2", Good("a")), 0);
        Assert.Equal(XdsResourceState.Requested, later.State);
    }

    [Theory]
    [InlineData(XdsServerFeatures.None, 5, true)]
    [InlineData(XdsServerFeatures.FailOnDataErrors, 5, false)]
    [InlineData(XdsServerFeatures.FailOnDataErrors, 7, false)]
    [InlineData(XdsServerFeatures.FailOnDataErrors, 14, true)]
    internal void A_resource_that_is_withheld_stays_in_force_unless_errors_of_data_are_to_fail(XdsServerFeatures features, int code, bool stays)
    {
        _protocol = NewStream(features);
        XdsResource resource = Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        Wire.DiscoveryResponse response = Response("2", "n2");
        response.ResourceErrors.Add(new Wire.ResourceError { ResourceName = new() { Name = "a" }, ErrorDetail = new() { Code = code, Message = "not for you" } });

        Take(response, 0);

        Assert.Equal(stays, resource.Value is not null);
        Assert.Contains("not for you", resource.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(XdsServerFeatures.None, true)]
    [InlineData(XdsServerFeatures.FailOnDataErrors, false)]
    internal void A_bad_resource_leaves_the_one_before_in_force_unless_errors_of_data_are_to_fail(XdsServerFeatures features, bool stays)
    {
        _protocol = NewStream(features);
        XdsResource resource = Ask("a");
        Take(Response("1", "n1", Good("a")), 0);

        Take(Response("2", "n2", Bad("a")), 0);
        Assert.Equal(stays, resource.Value is not null);
        Assert.NotNull(resource.Trouble);

        Take(Response("3", "n3", Good("a")), 0);
        Assert.NotNull(resource.Value);
        Assert.Null(resource.Trouble);
    }

    [Fact]
    public void A_new_stream_begins_without_a_nonce_and_with_the_version_where_nothing_is_missing()
    {
        Ask("a");
        Take(Response("1", "n1", Good("a")), 0);
        _protocol.Flush(0);

        _protocol = NewStream();
        Wire.DiscoveryRequest request = Assert.Single(_protocol.Flush(0));
        Assert.NotNull(request.Node);
        request.Node = null;
        Assert.Equal(Request("1", "", "a"), request);

        _store.Follow(s_clusters, "b", _follower);
        request = Assert.Single(NewStream().Flush(0));
        Assert.Equal(("", ""), (request.VersionInfo, request.ResponseNonce));
    }

    [Fact]
    public void Silence_counts_once_the_server_has_said_anything()
    {
        XdsResource missing = Ask("a", now: 100);
        Ask("b", now: 100);
        Assert.Empty(_store.Expire(1000, 15));

        Take(Response("1", "n1", Good("b")), 200);
        Assert.Equal([missing], _store.Expire(215, 15));
        Assert.Equal(XdsResourceState.DoesNotExist, missing.State);
    }

    [Fact]
    public void Silence_may_be_the_servers_trouble_and_no_proof()
    {
        XdsResource missing = Ask("a");
        Ask("b");
        Take(Response("1", "n1", Good("b")), 0);

        Assert.Equal([missing], _store.Expire(30, 30, isTransient: true));

        Assert.Equal(XdsResourceState.Requested, missing.State);
        Assert.NotNull(missing.Trouble);
        Assert.Empty(_store.Expire(60, 30, isTransient: true));
    }

    [Fact]
    public void Names_of_the_new_kind_are_not_asked_for()
    {
        XdsResource resource = _store.Follow(s_clusters, "xdstp://authority/envoy.config.cluster.v3.Cluster/a", _follower);

        Assert.Empty(_protocol.Flush(0));
        Assert.Equal(XdsResourceState.DoesNotExist, resource.State);
        Assert.Contains("xdstp:", resource.Trouble, StringComparison.Ordinal);
    }

    private IReadOnlyList<XdsResource> Take(Wire.DiscoveryResponse response, long now) => _protocol.Take(response, _protocol.Read(response), now);

    private SotwProtocol NewStream(XdsServerFeatures features = XdsServerFeatures.None) => new(_store, new Wire.Node { Id = "me" }, _accepted, features);

    private XdsResource Ask(string name, long now = 0)
    {
        XdsResource resource = _store.Follow(s_clusters, name, _follower);
        _protocol.Flush(now);
        return resource;
    }

    private static Wire.DiscoveryRequest Request(string version, string nonce, params string[] names)
    {
        Wire.DiscoveryRequest request = new() { TypeUrl = s_clusters.Url, VersionInfo = version, ResponseNonce = nonce };
        request.ResourceNames.Add(names);
        return request;
    }

    private static Wire.DiscoveryResponse Response(string version, string nonce, params Any[] resources)
    {
        Wire.DiscoveryResponse response = new() { TypeUrl = s_clusters.Url, VersionInfo = version, Nonce = nonce };
        response.Resources.Add(resources);
        return response;
    }

    private static Wire.DiscoveryResponse Of(Wire.DiscoveryResponse response, string type)
    {
        response.TypeUrl = type;
        return response;
    }

    private static Any Good(string name) => Any.Pack(Foreign.Eds(name));

    private static Any Bad(string name) => Any.Pack(new Wire.Cluster { Name = name, Type = Wire.Cluster.Types.DiscoveryType.OriginalDst });
}
