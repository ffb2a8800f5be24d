using System.Collections.Immutable;
using Mesh.Model.Explanations;
using Mesh.Model.Tests.Matching;

namespace Mesh.Model.Tests.Explanations;

public sealed class RequestExplainerTests
{
    private static readonly ServiceIdentity s_web = new() { Name = "web", Labels = Maps.Empty.Add("track", "stable") };

    private static readonly ImmutableArray<MeshEndpoint> s_endpoints =
    [
        new() { Host = "127.0.0.1", Port = 5001, Version = "v1", Weight = 3 },
        new() { Host = "127.0.0.1", Port = 5002, Version = "v1" },
        new() { Host = "127.0.0.1", Port = 5003, Version = "v2" },
        new() { Host = "127.0.0.1", Port = 5004, Version = "v2", Priority = 1 },
    ];

    [Fact]
    public void Every_condition_that_fails_is_told_with_what_was_found()
    {
        RouteMatch match = new()
        {
            PathPrefix = "/admin",
            PathRegex = TestTable.Regex("/a.*"),
            Methods = ["PUT", "POST"],
            Headers = TestTable.Header("x-tester", TestTable.Exact("true")).Headers.Add("accept", new ValueMatch { Kind = ValueMatchKind.Prefix, Text = "text/" }),
            QueryParameters = TestTable.Header("q", TestTable.Exact("1") with { Invert = true }).Headers,
            Cookies = TestTable.Header("id", new ValueMatch { Kind = ValueMatchKind.Range, Start = 1, End = 10 }).Headers,
            Baggage = TestTable.Header("tenant", new ValueMatch { Kind = ValueMatchKind.Present }).Headers,
            Grpc = new GrpcMatch { Service = "shop.Pricing" },
            Source = new SourceMatch { Service = "probe", Namespace = "shop", Labels = Maps.Empty.Add("track", "canary") },
        };

        RequestExplanation explained = Explain(
            Catalog(new MeshRoute { Name = "admin", Match = [match] }),
            "http://catalog/items/1?q=1",
            new("Accept", "image/png"), new("cookie", "id=12"), new("cookie", "id=20"));

        RouteExplanation route = Assert.Single(explained.Routes);
        Assert.Equal("not taken", route.Verdict);
        Assert.Equal(
            [
                "the caller web.default is not probe, in namespace shop, labelled track=canary",
                "path /items/1 does not start with /admin",
                "path /items/1 does not match the pattern /a.*",
                "the request is not a gRPC call of shop.Pricing, any method",
                "method GET is none of PUT, POST",
                "header accept is 'image/png', wanted a value that starts with 'text/'",
                "header x-tester is absent, wanted exactly 'true'",
                "query parameter q is '1', wanted anything but exactly '1'",
                "cookie id is '12' and '20', wanted a number from 1 to below 10",
                "baggage tenant is absent, wanted any value",
            ],
            Assert.Single(route.Matches).Obstacles);
        Assert.Equal(1, explained.Unmatched);
    }

    [Fact]
    public void Routes_by_percent_share_the_rest()
    {
        RequestExplanation explained = Explain(
            Catalog(
                new MeshRoute { Name = "some", Match = [new RouteMatch { Percent = 12.5m }] },
                new MeshRoute { Name = "most", Match = [new RouteMatch { Percent = 50 }] },
                new MeshRoute { Name = "all" },
                new MeshRoute { Name = "none" }),
            "http://catalog/");

        Assert.Equal([0.125, 0.4375, 0.4375, 0], explained.Routes.Select(route => route.Odds));
        Assert.Equal(
            [
                "taken by 12.5 % of such requests", "taken by 43.75 % of such requests", "taken by 43.75 % of such requests",
                "not reached: route all takes all such requests before",
            ],
            explained.Routes.Select(route => route.Verdict));
        Assert.Equal(0, explained.Unmatched);
    }

    [Fact]
    public void Endpoints_share_by_target_weight_and_priority()
    {
        RequestExplanation explained = Explain(
            Catalog(new MeshRoute
            {
                Name = "split",
                To = [new RouteTarget { Subset = "v1", Weight = 80 }, new RouteTarget { Subset = "canary", Weight = 20 }, new RouteTarget { Weight = 0 }],
            }) with { Subsets = Maps.Of<MeshSubset>().Add("canary", new MeshSubset { Version = "v2" }) },
            "http://catalog/");

        Assert.Equal([0.8, 0.2], explained.Routes[0].Targets.Select(target => target.Odds));
        Assert.Equal(
            [("127.0.0.1:5001", 0.6), ("127.0.0.1:5002", 0.2), ("127.0.0.1:5003", 0.2), ("127.0.0.1:5004", 0)],
            explained.Endpoints.Select(endpoint => (endpoint.Address, Math.Round(endpoint.Odds, 9))));
    }

    [Fact]
    public void A_target_without_endpoints_fails_and_says_why()
    {
        RequestExplanation explained = Explain(
            Catalog(new MeshRoute { To = [new() { Subset = "v3" }, new() { Service = "ghost" }, new() { Service = "empty" }, new() { Service = "secure" }] }),
            "http://catalog/");

        Assert.Equal(
            [
                "No endpoint of catalog is in subset v3: these requests fail with 503.",
                "The mesh has no service ghost: these requests fail with 503.",
                "Service empty has no endpoints: these requests fail with 503.",
                "No endpoint takes calls by http: these requests fail with 503.",
            ],
            explained.Routes[0].Targets.Select(target => target.Failure));
        Assert.Empty(explained.Endpoints);
    }

    [Fact]
    public void Where_the_clients_find_the_endpoints_themselves_nothing_fails()
    {
        RequestExplanation explained = Explain(Catalog(new MeshRoute { To = [new() { Service = "open", Subset = "v2" }] }), "http://catalog/");

        TargetExplanation target = explained.Routes[0].Targets.Single();
        Assert.Null(target.Failure);
        Assert.Equal("open is given no endpoints here: clients find them in their own sources, such as their settings.", target.Remark);
    }

    [Fact]
    public void What_a_route_does_is_told_in_words()
    {
        RequestExplanation explained = Explain(
            Catalog(
                new MeshRoute
                {
                    Match = [new RouteMatch { Path = "/never" }],
                    Redirect = new RouteRedirect { Scheme = "https", Hostname = "new", ReplacePrefixMatch = "/v2", StatusCode = 301 },
                },
                new MeshRoute { Match = [new RouteMatch { Path = "/never" }], DirectResponse = new DirectResponse { GrpcStatus = 14 } },
                new MeshRoute
                {
                    Fault = new RouteFault
                    {
                        Delay = new FaultDelay { FixedDelay = TimeSpan.FromSeconds(2), Percent = 5 }, Abort = new FaultAbort { StatusCode = 503, Percent = 0.5m },
                    },
                    Rewrite = new RouteRewrite { Hostname = "inner", ReplaceFullPath = "/x" },
                    RequestHeaders = new HeaderEdits { Set = Maps.Empty.Add("a", "1"), Remove = ["b"] },
                    Mirror = [new RouteMirror { Subset = "v2", Percent = 5 }],
                    Timeout = TimeSpan.FromMilliseconds(1500),
                }),
            "http://catalog/");

        Assert.Equal(["redirects with 301 to scheme https, host new, prefix /v2 of the path"], explained.Routes[0].Actions);
        Assert.Empty(explained.Routes[0].Targets);
        Assert.Equal(["answers with gRPC status 14, without a call"], explained.Routes[1].Actions);
        Assert.Equal(
            [
                "5 % wait 2s first", "0.5 % fail with 503 instead", "sets the request header a to '1'", "removes the request header b",
                "rewrites to host inner, path /x", "copies 5 % to subset v2", "times out after 1s500ms",
            ],
            explained.Routes[2].Actions);
    }

    [Fact]
    public void A_service_without_routes_gets_every_request()
    {
        RequestExplanation explained = Explain(Catalog(), "http://catalog/");

        Assert.Equal(("default", 1.0, "taken"), explained.Routes.Select(route => (route.Name, route.Odds, route.Verdict)).Single());
    }

    private static MeshService Catalog(params ImmutableArray<MeshRoute> routes) => new() { Name = "catalog", Endpoints = s_endpoints, Routes = routes };

    [Theory]
    [InlineData("text/plain", 1)]
    [InlineData("application/grpc", 2)]
    public void A_request_goes_where_its_protocol_is_spoken(string contentType, int port)
    {
        MeshService catalog = new()
        {
            Name = "catalog",
            Endpoints =
            [
                new() { Host = "h", Port = 1, Protocols = EndpointProtocols.Http1 },
                new() { Host = "h", Port = 2, Protocols = EndpointProtocols.Http2 },
            ],
        };

        RequestExplanation explained = Explain(catalog, "http://catalog/", new KeyValuePair<string, string>("content-type", contentType));

        EndpointOdds endpoint = Assert.Single(explained.Endpoints);
        Assert.Equal(($"h:{port}", 1), (endpoint.Address, endpoint.Odds));
    }

    [Theory]
    [InlineData("text/plain", EndpointProtocols.Http2, "No endpoint of catalog speaks HTTP/1.1")]
    [InlineData("application/grpc", EndpointProtocols.Http1, "No endpoint of catalog speaks HTTP/2")]
    public void Where_nobody_speaks_it_the_explanation_says_so(string contentType, object spoken, string failure)
    {
        MeshService catalog = new() { Name = "catalog", Endpoints = [new() { Host = "h", Port = 1, Protocols = (EndpointProtocols)spoken }] };

        RequestExplanation explained = Explain(catalog, "http://catalog/", new KeyValuePair<string, string>("content-type", contentType));

        Assert.StartsWith(failure, Assert.Single(Assert.Single(explained.Routes).Targets).Failure, StringComparison.Ordinal);
    }

    private static RequestExplanation Explain(MeshService service, string url, params KeyValuePair<string, string>[] headers)
    {
        ExplainedRequest request = ExplainedRequest.Of("GET", new Uri(url), headers);
        return RequestExplainer.Explain(service, Peer, s_web, request.Facts, isHttps: false);
    }

    private static MeshService? Peer(string name) => name switch
    {
        "empty" => new MeshService { Name = name, Endpoints = [] },
        "open" => new MeshService { Name = name },
        "secure" => new MeshService { Name = name, Endpoints = [new MeshEndpoint { Host = "h", Port = 1, Scheme = EndpointScheme.Https }] },
        _ => null,
    };
}
