using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Tests.Matching;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

public sealed class RouteConfigurationCodecTests
{
    private const string Name = "catalog.shop";

    [Fact]
    public void What_the_model_says_arrives_at_the_meshs_own_clients() =>
        RoutesGenerator.Service.Sample(
            service =>
            {
                XdsVirtualHost host = RouteTexts.Resent(Name, service);
                Assert.Equal(service.Hosts.Prepend(Name).Distinct(StringComparer.OrdinalIgnoreCase), host.Domains);
                Assert.Equal(
                    RouteTexts.Of(RouteTexts.Normal(service.Routes, Name)), RouteTexts.Of(RouteTexts.Normal(host.Routes, Name)));
            },
            iter: 500);

    [Fact]
    public void A_service_without_routes_has_none_when_it_arrives()
    {
        Assert.Empty(RouteTexts.Resent(Name, new MeshService()).Routes);
        Assert.Single(RouteTexts.Resent(Name, new MeshService { Routes = [new() { Name = "all" }] }).Routes);
    }

    [Fact]
    public void A_host_without_routes_takes_no_request()
    {
        RouteMatch match = Assert.Single(Assert.Single(Good(Routes()).Routes).Match);

        Assert.Equal(0, match.Percent);
        Assert.False(match.TakesEveryRequest);
    }

    [Fact]
    public void Matches_of_one_route_are_routes_of_the_wire_with_one_name()
    {
        MeshRoute route = new() { Name = "two", Match = [new() { Path = "/a" }, new() { Path = "/b" }] };

        Wire.RouteConfiguration message = Encode(route);

        Assert.Equal(["two", "two"], message.VirtualHosts[0].Routes.Select(wire => wire.Name));
        Assert.Equal(2, Assert.Single(RouteTexts.Resent(Name, new MeshService { Routes = [route] }).Routes).Match.Length);
    }

    [Fact]
    public void Routes_of_strangers_get_names_that_differ()
    {
        Wire.RouteConfiguration message = Routes(
            Route(new() { Prefix = "/" }, "a"), Route(new() { Path = "/" }, "b", "x"),
            Route(new() { Path = "/c" }, "c", "X"), Route(new() { Path = "/d" }, "d"));

        Assert.Equal(["route-0", "x", "X-2", "route-3"], Good(message).Routes.Select(route => route.Name));
    }

    [Fact]
    public void Neighbours_without_a_name_stay_apart() =>
        Assert.Equal(2, Good(Routes(Route(new() { Path = "/a" }, "c"), Route(new() { Path = "/b" }, "c"))).Routes.Length);

    [Fact]
    public void Neighbours_whose_prefix_means_different_rewrites_stay_apart()
    {
        Wire.Route letters = Route(new() { Prefix = "/a" }, "c", "x");
        Wire.Route whole = Route(new() { Path = "/a" }, "c", "x");
        letters.Route_.PrefixRewrite = whole.Route_.PrefixRewrite = "/b";

        XdsVirtualHost host = Good(Routes(letters, whole));

        Assert.Equal("/bc", host.Routes[0].Rewrite!.Regex!.Pattern!.Replace("/ac", host.Routes[0].Rewrite!.Regex!.Substitution));
        Assert.Equal("/b", host.Routes[1].Rewrite!.ReplaceFullPath);
    }

    [Fact]
    public void A_prefix_of_xds_is_letters_not_segments()
    {
        RouteMatch match = Good(Routes(Route(new() { Prefix = "/items" }, "c"))).Routes[0].Match[0];

        Assert.Equal(
            ["/itemsets", "/items", "/items/1"],
            new[] { "/itemsets", "/items", "/items/1", "/Items", "/a/items", "/item" }.Where(path => TestTable.Takes(match, new(path))));
        Assert.True(TestTable.Takes(match with { IgnorePathCase = true }, new("/Items")));
    }

    /// <summary>A pattern takes a hundred kilobytes and more: a prefix must not become one, and there must be an end to them.</summary>
    [Fact]
    public void Prefixes_are_no_patterns_of_which_there_are_a_thousand_at_most()
    {
        Wire.Route[] prefixes = [.. Enumerable.Range(0, 1_001).Select(i => Route(new() { Prefix = $"/{i}" }, "c"))];
        Assert.Equal(1_001, Good(Routes(prefixes)).Routes.Length);

        Decoded<XdsRouteConfiguration> decoded = RouteConfigurationCodec.Decode(
            Routes([.. Enumerable.Range(0, 1_001).Select(_ => Route(new() { SafeRegex = new() { Regex = "a" } }, "c"))]));
        Assert.Equal("virtual_hosts[0].routes[1000].match.safe_regex", Assert.Single(decoded.Faults).Path);
    }

    [Fact]
    public void Edits_of_all_layers_are_made_in_order()
    {
        Wire.RouteConfiguration message = Routes(Route(new() { Prefix = "/" }, "c"));
        message.RequestHeadersToAdd.Add(Set("x", "configuration"));
        message.VirtualHosts[0].RequestHeadersToAdd.Add(Set("x", "host"));
        message.VirtualHosts[0].Routes[0].RequestHeadersToAdd.Add(Set("x", "route"));
        message.VirtualHosts[0].RequestHeadersToRemove.Add("y");
        message.VirtualHosts[0].Routes[0].RequestHeadersToAdd.Add(Set("y", "1"));

        HeaderEdits edits = Good(message).Routes[0].RequestHeaders;
        Assert.Equal("configuration", edits.Set["x"]);
        Assert.Equal(["y"], edits.Remove);

        message.MostSpecificHeaderMutationsWins = true;
        edits = Good(message).Routes[0].RequestHeaders;
        Assert.Equal("route", edits.Set["x"]);
        Assert.Equal("1", edits.Set["y"]);
        Assert.Empty(edits.Remove);
    }

    /// <summary>A few kilobytes could ask for gigabytes otherwise: a thousand routes below a thousand edits.</summary>
    [Fact]
    public void Edits_of_a_host_count_once_for_each_of_its_routes()
    {
        Wire.RouteConfiguration message = Routes([.. Enumerable.Range(0, 101).Select(i => Route(new() { Path = $"/{i}" }, "c"))]);
        message.VirtualHosts[0].RequestHeadersToRemove.Add(Enumerable.Range(0, 1_000).Select(i => $"x{i}"));

        Assert.Equal("virtual_hosts[0].routes[100]", Assert.Single(RouteConfigurationCodec.Decode(message).Faults).Path);

        message.VirtualHosts[0].Routes.RemoveAt(100);
        Assert.Equal(1_000, Good(message).Routes[99].RequestHeaders.Remove.Length);
    }

    [Fact]
    public void Retries_copies_and_faults_of_the_host_are_for_routes_without()
    {
        Wire.RouteConfiguration message = Routes(Route(new() { Path = "/a" }, "c"), Route(new() { Path = "/b" }, "c"));
        message.VirtualHosts[0].RetryPolicy = new() { RetryOn = "unavailable", NumRetries = 3 };
        message.VirtualHosts[0].RequestMirrorPolicies.Add(new Wire.RouteAction.Types.RequestMirrorPolicy { Cluster = "shadow" });
        message.VirtualHosts[0].Routes[1].Route_.RetryPolicy = new();
        message.VirtualHosts[0].Routes[1].Route_.RequestMirrorPolicies.Add(new Wire.RouteAction.Types.RequestMirrorPolicy { Cluster = "other" });

        XdsVirtualHost host = Good(message);

        Assert.Equal([3, 1], host.Routes.Select(route => route.Retry.Attempts));
        Assert.Equal(["shadow", "other"], host.Routes.Select(route => route.Mirror[0].Service));
        Assert.True(host.Routes[0].Retry.NonIdempotent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_test_that_asks_for_a_header_may_stand_beside_another_of_it(bool isLast)
    {
        Wire.HeaderMatcher not = Exact("x", "1");
        (not.InvertMatch, not.TreatMissingHeaderAsEmpty) = (true, true);
        Wire.HeaderMatcher given = new() { Name = "X", PresentMatch = true };
        Wire.HeaderMatcher[] headers = isLast ? [not, given] : [given, not];
        Wire.Route route = Route(new() { Prefix = "/", Headers = { headers } }, "c");

        ValueMatch match = Assert.Single(Good(Routes(route)).Routes[0].Match[0].Headers).Value;

        Assert.Equal([true, false, false], new[] { "2", "1", null }.Select(match.Matches));
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(1, null, null, 1)]
    [InlineData(1, 2, null, 2)]
    [InlineData(1, 2, 3, 3)]
    [InlineData(1, 0, null, null)]
    [InlineData(1, 2, 0, null)]
    public void The_timeout_is_that_of_gRPC_where_there_is_one(int? timeout, int? stream, int? grpc, int? expected)
    {
        Wire.Route route = Route(new() { Prefix = "/" }, "c");
        route.Route_.Timeout = Seconds(timeout);
        route.Route_.MaxStreamDuration = new() { MaxStreamDuration_ = Seconds(stream), GrpcTimeoutHeaderMax = Seconds(grpc) };

        Assert.Equal(expected, Good(Routes(route)).Routes[0].Timeout?.TotalSeconds);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "cluster_header", "virtual_hosts[0].routes[0].route" },
        { "dynamic_metadata", "virtual_hosts[0].routes[0].match.dynamic_metadata" },
        { "connect", "virtual_hosts[0].routes[0].match" },
        { "authority", "virtual_hosts[0].routes[0].match.headers[0].name" },
        { "method", "virtual_hosts[0].routes[0].match.headers[0]" },
        { "twice", "virtual_hosts[0].routes[0].match.headers[1]" },
        { "regex", "virtual_hosts[0].routes[0].match.safe_regex" },
        { "posix", "virtual_hosts[0].routes[0].match.safe_regex" },
        { "filter", "virtual_hosts[0].routes[0].typed_per_filter_config['x']" },
        { "any", "virtual_hosts[0].routes[0].typed_per_filter_config['x']" },
        { "duration", "virtual_hosts[0].routes[0].route.timeout" },
        { "weights", "virtual_hosts[0].routes[0].route.weighted_clusters" },
        { "variable", "virtual_hosts[0].routes[0].request_headers_to_add[0].header.value" },
        { "raw", "virtual_hosts[0].routes[0].request_headers_to_add[0].header.raw_value" },
        { "host's", "virtual_hosts[0].response_headers_to_remove[0]" },
        { "group", "virtual_hosts[0].routes[0].route.regex_rewrite.substitution" },
        { "domains", "virtual_hosts[1].domains[0]" },
        { "action", "virtual_hosts[0].routes[0]" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_left_out_is_refused_with_its_place(string what, string path)
    {
        Wire.RouteConfiguration message = Routes(Route(new() { Prefix = "/" }, "c"));
        Wire.Route route = message.VirtualHosts[0].Routes[0];
        switch (what)
        {
            case "cluster_header": route.Route_.ClusterHeader = "x"; break;
            case "dynamic_metadata": route.Match.DynamicMetadata.Add(new Wire.MetadataMatcher()); break;
            case "connect": route.Match.ConnectMatcher = new(); break;
            case "authority": route.Match.Headers.Add(Exact(":authority", "a")); break;
            case "method": route.Match.Headers.Add(Exact(":method", "G T")); break;
            case "twice": route.Match.Headers.Add([Exact("x", "1"), Exact("X", "2")]); break;
            case "regex": route.Match.SafeRegex = new() { Regex = "(" }; break;
            case "posix": route.Match.SafeRegex = new() { Regex = "/[[:alpha:]]+" }; break;
            case "filter": route.TypedPerFilterConfig["x"] = Any("x.Y"); break;
            case "any": route.TypedPerFilterConfig["x"] = Any("mesh.v1.RouteExtension", 0xff); break;
            case "duration": route.Route_.Timeout = Seconds(-1); break;
            case "weights": route.Route_.WeightedClusters = new(); break;
            case "variable": route.RequestHeadersToAdd.Add(Set("x", "%REQ(y)%")); break;
            case "raw": route.RequestHeadersToAdd.Add(Raw("x", "1")); break;
            case "host's": message.VirtualHosts[0].ResponseHeadersToRemove.Add("Host"); message.VirtualHosts[0].Routes.Add(route.Clone()); break;
            case "group": route.Route_.RegexRewrite = new() { Pattern = new() { Regex = "a" }, Substitution = @"\1" }; break;
            case "domains": message.VirtualHosts.Add(new Wire.VirtualHost { Domains = { "*" } }); break;
            case "action": route.NonForwardingAction = new(); break;
        }

        Decoded<XdsRouteConfiguration> decoded = RouteConfigurationCodec.Decode(message);

        Assert.Null(decoded.Value);
        Assert.Equal(path, Assert.Single(decoded.Faults).Path);
    }

    [Fact]
    public void What_is_optional_or_harmless_is_left_out()
    {
        Wire.Route route = Route(new() { Prefix = "/" }, "c");
        route.TypedPerFilterConfig["x"] = Google.Protobuf.WellKnownTypes.Any.Pack(
            new Wire.FilterConfig { Config = Any("x.Y"), IsOptional = true });
        route.Route_.HashPolicy.Add(new Wire.RouteAction.Types.HashPolicy());
        route.Route_.RetryPolicy = new() { RetryOn = "retriable-4xx, reset" };
        route.Decorator = new();

        Decoded<XdsRouteConfiguration> decoded = RouteConfigurationCodec.Decode(Routes(route));

        Assert.True(decoded.IsGood);
        Assert.Equal(RetryConditions.Reset, decoded.Value.VirtualHosts[0].Routes[0].Retry.On);
        Assert.Equal(
            ["virtual_hosts[0].routes[0].route.hash_policy", "virtual_hosts[0].routes[0].route.retry_policy.retry_on"],
            decoded.Warnings.Select(warning => warning.Path));
    }

    [Theory]
    [InlineData("regular", false)]
    [InlineData("body", true)]
    [InlineData("baggage", false)]
    public void Our_own_words_are_optional_only_where_they_change_nothing_for_others(string what, bool isOptional)
    {
        MeshRoute route = what switch
        {
            "body" => new() { Name = "a", Retry = new() { Attempts = 0, MaxBodyBytes = 1 } },
            "baggage" => new()
            {
                Name = "a", Match = [new() { Baggage = Maps.Of<ValueMatch>().Add("x", new() { Kind = ValueMatchKind.Present }) }],
                Retry = new() { Attempts = 0 },
            },
            _ => new() { Name = "a" },
        };

        Wire.Route message = Encode(route).VirtualHosts[0].Routes[0];

        Assert.Equal(isOptional, message.TypedPerFilterConfig["mesh"].Unpack<Wire.FilterConfig>().IsOptional);
    }

    [Fact]
    public void Nothing_of_our_own_is_said_where_xds_says_it_all()
    {
        MeshRoute route = new() { Name = "a", Match = [new() { PathPrefix = "/a", Methods = ["GET", "PUT"] }], Retry = new() { Attempts = 0 } };

        Wire.Route message = Encode(route).VirtualHosts[0].Routes[0];

        Assert.Empty(message.TypedPerFilterConfig);
        Assert.Equal("/a", message.Match.PathSeparatedPrefix);
        Assert.Equal("GET|PUT", message.Match.Headers[0].StringMatch.SafeRegex.Regex);
        Assert.Equal(0, message.Route_.Timeout.Seconds);
        Assert.NotNull(message.Route_.MaxStreamDuration.MaxStreamDuration_);
    }

    private static Wire.RouteConfiguration Encode(MeshRoute route) =>
        RouteConfigurationCodec.Encode(Name, new MeshService { Routes = [route] }, ClientProfile.Mesh, caller: null).Message;

    private static XdsVirtualHost Good(Wire.RouteConfiguration message)
    {
        Decoded<XdsRouteConfiguration> decoded = RouteConfigurationCodec.Decode(message);
        Assert.Empty(decoded.Faults);
        return decoded.Value!.VirtualHosts[0];
    }

    private static Wire.RouteConfiguration Routes(params Wire.Route[] routes) =>
        new() { Name = "r", VirtualHosts = { new Wire.VirtualHost { Domains = { "*" }, Routes = { routes } } } };

    private static Wire.Route Route(Wire.RouteMatch match, string cluster, string name = "") =>
        new() { Match = match, Name = name, Route_ = new() { Cluster = cluster } };

    private static Wire.HeaderMatcher Exact(string name, string text) => new() { Name = name, StringMatch = new() { Exact = text } };

    private static Wire.HeaderValueOption Set(string name, string value) => new()
    {
        Header = new() { Key = name, Value = value }, AppendAction = Wire.HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd,
    };

    private static Wire.HeaderValueOption Raw(string name, string value) => new()
    {
        Header = new() { Key = name, RawValue = ByteString.CopyFromUtf8(value) },
    };

    private static Any Any(string type, params byte[] bytes) => new() { TypeUrl = "type.googleapis.com/" + type, Value = ByteString.CopyFrom(bytes) };

    private static Duration? Seconds(int? seconds) => seconds is { } given ? new() { Seconds = given } : null;
}
