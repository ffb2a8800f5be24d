using System.Text.RegularExpressions;
using CsCheck;
using Mesh.Model.Documents;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>What gRPC's clients are sent: never what they refuse, and no route that takes more than it should.</summary>
public sealed class GrpcRoutesTests
{
    private const string Name = "catalog.shop";

    [Fact]
    public void They_are_sent_only_what_they_understand() => RoutesGenerator.Service.Sample(
        service =>
        {
            Encoded<Wire.RouteConfiguration> encoded = Encode(service, caller: null);
            Wire.VirtualHost host = Assert.Single(encoded.Message.VirtualHosts);
            Assert.Equal(["*"], host.Domains);
            Assert.All(host.Routes, AssertIsUnderstood);
            Assert.True(RouteConfigurationCodec.Decode(encoded.Message).IsGood);
            Assert.All(encoded.Gaps, gap => Assert.StartsWith("routes:r", gap.Path, StringComparison.Ordinal));
        },
        iter: 300);

    [Theory]
    [InlineData("/", "prefix: /")]
    [InlineData("/s", "prefix: /s/")]
    [InlineData("/s/", "prefix: /s/")]
    [InlineData("/s/m", "path: /s/m")]
    [InlineData("/s/m/x", null)]
    public void A_prefix_is_put_into_words_for_calls(string prefix, string? expected)
    {
        Encoded<Wire.RouteConfiguration> encoded = Encode(new RouteMatch { PathPrefix = prefix });

        Assert.Equal(expected, Path(encoded));
        Assert.Empty(encoded.Gaps);
    }

    [Theory]
    [InlineData("s.S", "M", "path: /s.S/M")]
    [InlineData("s.S", null, "prefix: /s.S/")]
    [InlineData(null, "M", "regex: (?:/[^/]+/M)")]
    [InlineData(null, null, "prefix: /")]
    public void A_call_is_matched_by_its_path(string? service, string? method, string expected) =>
        Assert.Equal(expected, Path(Encode(new RouteMatch { Grpc = new() { Service = service, Method = method } })));

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("GET", 0)]
    public void Calls_are_POST(string method, int routes)
    {
        Encoded<Wire.RouteConfiguration> encoded = Encode(new RouteMatch { Methods = [method] });

        Assert.Equal(routes, encoded.Message.VirtualHosts[0].Routes.Count);
        Assert.Empty(encoded.Gaps);
    }

    public static TheoryData<string, string> Unchecked => new()
    {
        { "cookies", "cookies" }, { "baggage", "baggage" }, { "query", "queryParameters" }, { "source", "source" },
        { "bin", "headers:x-bin" }, { "agent", "headers:User-Agent" }, { "grpc", "headers:grpc-timeout" },
        { "regex", "pathRegex" }, { "case", "pathRegex" }, { "header", "headers:x" },
    };

    [Theory]
    [MemberData(nameof(Unchecked))]
    public void A_match_that_they_cannot_check_is_left_out_and_told(string what, string field)
    {
        RouteMatch match = what switch
        {
            "cookies" => new() { Cookies = One("x", ValueMatchKind.Present) },
            "baggage" => new() { Baggage = One("x", ValueMatchKind.Present) },
            "query" => new() { QueryParameters = One("x", ValueMatchKind.Present) },
            "source" => new() { Source = new() { Service = "web" } },
            "bin" => new() { Headers = One("x-bin", ValueMatchKind.Present) },
            "agent" => new() { Headers = One("User-Agent", ValueMatchKind.Present) },
            "grpc" => new() { Headers = One("grpc-timeout", ValueMatchKind.Present) },
            "regex" => new() { PathRegex = Patterns.Whole.Parse(@"/\p{L}").Value },
            "case" => new() { PathRegex = Patterns.Whole.Parse("/a").Value, IgnorePathCase = true },
            _ => new() { Headers = Maps.Of<ValueMatch>().Add("x", new() { Kind = ValueMatchKind.Regex, Regex = Patterns.Whole.Parse("(?i)a").Value }) },
        };

        Encoded<Wire.RouteConfiguration> encoded = Encode(match, new RouteMatch { Path = "/a/b" });

        Assert.Equal("path: /a/b", Path(encoded));
        Assert.Equal($"routes:a:match:0:{field}", Assert.Single(encoded.Gaps).Path);
    }

    [Theory]
    [InlineData("web", 1)]
    [InlineData("other", 0)]
    public void Who_asks_is_decided_here_where_it_is_known(string caller, int routes)
    {
        MeshRoute route = new() { Name = "a", Match = [new() { Source = new() { Service = "web" } }] };

        Encoded<Wire.RouteConfiguration> encoded = Encode(new MeshService { Routes = [route] }, new ServiceIdentity { Name = caller });

        Assert.Equal(routes, encoded.Message.VirtualHosts[0].Routes.Count);
        Assert.Empty(encoded.Gaps);
    }

    [Fact]
    public void An_inverted_test_that_passes_without_the_header_is_said_apart()
    {
        ValueMatch test = new() { Kind = ValueMatchKind.Exact, Text = "1", Invert = true };

        Wire.VirtualHost host = Encode(new RouteMatch { Headers = Maps.Of<ValueMatch>().Add("x", test).Add("y", test) }).Message.VirtualHosts[0];

        Assert.Equal(
            ["x:not y:not x:given y:given", "x:not y:absent x:given", "x:absent y:not y:given", "x:absent y:absent"],
            host.Routes.Select(route => string.Join(' ', route.Match.Headers.Select(
                header => $"{header.Name}:{(!header.InvertMatch ? "given" : header.HasPresentMatch ? "absent" : "not")}"))));
        Assert.All(host.Routes, route => Assert.All(route.Match.Headers, header => Assert.False(header.TreatMissingHeaderAsEmpty)));
    }

    [Fact]
    public void Too_many_of_those_are_left_out()
    {
        ValueMatch test = new() { Kind = ValueMatchKind.Exact, Text = "1", Invert = true };

        Encoded<Wire.RouteConfiguration> encoded = Encode(new RouteMatch
        {
            Headers = Maps.Of<ValueMatch>().Add("a", test).Add("b", test).Add("c", test).Add("d", test),
        });

        Assert.Empty(encoded.Message.VirtualHosts[0].Routes);
        Assert.Equal("routes:a:match:0:headers", Assert.Single(encoded.Gaps).Path);
    }

    [Theory]
    [InlineData("redirect", 14, 0, "routes:a:redirect")]
    [InlineData("grpc", 5, 0, null)]
    [InlineData("http", 0, 418, null)]
    [InlineData("good", 2, 0, "routes:a:directResponse")]
    public void An_answer_of_the_routes_own_is_a_call_that_fails(string what, int grpcStatus, int status, string? gap)
    {
        MeshRoute route = new MeshRoute { Name = "a" } with
        {
            Redirect = what == "redirect" ? new() { Hostname = "h" } : null,
            DirectResponse = what == "grpc" ? new() { GrpcStatus = 5 } : what == "http" ? new() { StatusCode = 418 }
                : what == "good" ? new() { StatusCode = 204 } : null,
        };

        Encoded<Wire.RouteConfiguration> encoded = Encode(new MeshService { Routes = [route] }, null);

        Wire.Route wire = Assert.Single(encoded.Message.VirtualHosts[0].Routes);
        Assert.Equal(Name, wire.Route_.Cluster);
        Wire.FaultAbort abort = wire.TypedPerFilterConfig["envoy.filters.http.fault"].Unpack<Wire.HTTPFault>().Abort;
        Assert.Equal((uint)grpcStatus, abort.GrpcStatus);
        Assert.Equal((uint)status, abort.HttpStatus);
        Assert.Equal(100u, abort.Percentage.Numerator);
        Assert.Equal(gap, encoded.Gaps.SingleOrDefault()?.Path);
    }

    [Fact]
    public void What_an_answer_of_the_routes_own_comes_with_is_left_out_and_told_but_for_a_delay()
    {
        FaultDelay delay = new() { FixedDelay = TimeSpan.FromSeconds(1), Percent = 5 };
        MeshRoute route = new()
        {
            Name = "a", DirectResponse = new() { StatusCode = 404 }, ResponseHeaders = new() { Remove = ["x"] },
            Fault = new() { Delay = delay, Abort = new() { StatusCode = 500, Percent = 1 } },
        };

        Encoded<Wire.RouteConfiguration> encoded = Encode(new MeshService { Routes = [route] }, null);

        Wire.Route wire = encoded.Message.VirtualHosts[0].Routes[0];
        Wire.HTTPFault fault = wire.TypedPerFilterConfig["envoy.filters.http.fault"].Unpack<Wire.HTTPFault>();
        Assert.Equal(new RouteFault { Delay = delay, Abort = new() { StatusCode = 404 } }, FaultCodec.Decode(fault, XdsField.Resource()));
        Assert.Equal(["routes:a:fault", "routes:a:responseHeaders"], encoded.Gaps.Select(gap => gap.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_route_that_is_left_out_is_told_of_once()
    {
        RouteMatch match = new() { Cookies = One("x", ValueMatchKind.Present) };
        MeshRoute route = new() { Name = "a", Match = [match], ResponseHeaders = new() { Remove = ["x"] } };

        Assert.Equal(["routes:a:match:0:cookies"], Encode(new MeshService { Routes = [route] }, null).Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void A_wait_that_some_would_refuse_is_made_longer()
    {
        TimeSpan half = TimeSpan.FromMilliseconds(0.5);
        MeshRoute route = new() { Name = "a", Retry = new() { Backoff = new() { BaseInterval = half, MaxInterval = half } } };

        Encoded<Wire.RouteConfiguration> encoded = Encode(new MeshService { Routes = [route] }, null);

        Wire.RetryPolicy.Types.RetryBackOff wait = encoded.Message.VirtualHosts[0].Routes[0].Route_.RetryPolicy.RetryBackOff;
        Assert.Equal((1_000_000, 1_000_000), (wait.BaseInterval.Nanos, wait.MaxInterval.Nanos));
        Assert.Equal(["routes:a:retry:backoff"], encoded.Gaps.Select(gap => gap.Path));
    }

    [Fact]
    public void What_a_route_does_besides_is_left_out_and_told()
    {
        MeshRoute route = new()
        {
            Name = "a", Rewrite = new() { Hostname = "h" }, Mirror = [new() { Subset = "v2" }], IdleTimeout = TimeSpan.FromSeconds(1),
            RequestHeaders = new() { Remove = ["x"] }, ResponseHeaders = new() { Remove = ["x"] },
            Fault = new() { AllowHeaders = true, Delay = new() { FixedDelay = TimeSpan.FromSeconds(1) } },
            Timeout = TimeSpan.FromSeconds(2),
            Retry = new()
            {
                Attempts = 9, On = RetryConditions.Unavailable | RetryConditions.ServerError, StatusCodes = [409], NonIdempotent = true,
                PerTryTimeout = TimeSpan.FromSeconds(1),
            },
        };

        Encoded<Wire.RouteConfiguration> encoded = Encode(new MeshService { Routes = [route] }, null);

        Wire.Route wire = encoded.Message.VirtualHosts[0].Routes[0];
        Assert.Equal(2, wire.Route_.MaxStreamDuration.MaxStreamDuration_.Seconds);
        Assert.Equal(4u, wire.Route_.RetryPolicy.NumRetries);
        Assert.Equal("unavailable", wire.Route_.RetryPolicy.RetryOn);
        Assert.Equal(
            [
                "fault:allowHeaders", "idleTimeout", "mirror", "requestHeaders", "responseHeaders", "retry:attempts", "retry:on",
                "retry:perTryTimeout", "retry:statusCodes", "rewrite",
            ],
            encoded.Gaps.Select(gap => gap.Path["routes:a:".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_service_without_rules_has_one_route_and_no_gap()
    {
        Encoded<Wire.RouteConfiguration> encoded = Encode(new MeshService(), null);

        Assert.Equal("prefix: /", Path(encoded));
        Assert.Empty(encoded.Gaps);
        Assert.Equal(1u, encoded.Message.VirtualHosts[0].Routes[0].Route_.RetryPolicy.NumRetries);
    }

    private static void AssertIsUnderstood(Wire.Route route)
    {
        Assert.NotNull(route.Route_);
        Assert.Empty(route.RequestHeadersToAdd);
        Assert.True(route.Match.HasPath || route.Match.HasPrefix || route.Match.SafeRegex is not null);
        Assert.Empty(route.Match.QueryParameters);
        Assert.All(route.TypedPerFilterConfig.Values, config => Assert.True(config.Is(Wire.HTTPFault.Descriptor)));
        Assert.Equal("", route.Route_.PrefixRewrite);
        Assert.Empty(route.Route_.RequestMirrorPolicies);
        if (route.Match.SafeRegex is not null)
        {
            _ = new Regex(route.Match.SafeRegex.Regex, RegexOptions.ECMAScript);
        }

        foreach (Wire.HeaderMatcher header in route.Match.Headers)
        {
            Assert.False(header.TreatMissingHeaderAsEmpty);
            Assert.NotEqual(":method", header.Name);
            Assert.False(header.StringMatch is { HasPrefix: true, Prefix: "" } or { HasSuffix: true, Suffix: "" } or { HasContains: true, Contains: "" });
        }
    }

    private static string? Path(Encoded<Wire.RouteConfiguration> encoded) => encoded.Message.VirtualHosts[0].Routes.SingleOrDefault()?.Match switch
    {
        null => null,
        { HasPath: true } match => $"path: {match.Path}",
        { HasPrefix: true } match => $"prefix: {match.Prefix}",
        var match => $"regex: {match.SafeRegex.Regex}",
    };

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, ValueMatch> One(string name, ValueMatchKind kind) =>
        Maps.Of<ValueMatch>().Add(name, new() { Kind = kind });

    private static Encoded<Wire.RouteConfiguration> Encode(params RouteMatch[] matches) =>
        Encode(new MeshService { Routes = [new() { Name = "a", Match = [.. matches] }] }, null);

    private static Encoded<Wire.RouteConfiguration> Encode(MeshService service, ServiceIdentity? caller) =>
        RouteConfigurationCodec.Encode(Name, service, ClientProfile.Grpc, caller);
}
