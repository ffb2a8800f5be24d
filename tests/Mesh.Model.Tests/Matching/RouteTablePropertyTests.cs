using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CsCheck;
using Mesh.Model.Explanations;
using Mesh.Model.Matching;

namespace Mesh.Model.Tests.Matching;

/// <summary>Few different names, so that random routes and random requests meet.</summary>
public sealed class RouteTablePropertyTests
{
    private static readonly Gen<string> s_segment = Gen.OneOfConst("a", "b", "A", "ab", "%61", "");

    private static readonly Gen<string> s_path =
        Gen.Frequency((9, s_segment.List[0, 4].Select(segments => "/" + string.Join('/', segments))), (1, Gen.OneOfConst("", "*", "a/b")));

    private static readonly Gen<string> s_name = Gen.OneOfConst("a", "b", "A", "ab");

    private static readonly Gen<string> s_method = Gen.OneOfConst("GET", "PUT", "get", "Put");

    private static readonly Regex[] s_regexes = [TestTable.Regex("/a.*"), TestTable.Regex("(/b)+/?"), TestTable.Regex(".*b")];

    private static readonly Gen<ValueMatch> s_value =
        Gen.Select(Gen.Enum<ValueMatchKind>(), Gen.OneOfConst("1", "12"), Gen.Bool, (kind, text, invert) =>
            new ValueMatch { Kind = kind, Text = text, Invert = invert, Regex = TestTable.Regex("1+"), Start = 2, End = 20 });

    private static readonly Gen<ImmutableSortedDictionary<string, ValueMatch>> s_headers =
        Gen.Select(Maybe(s_value), Maybe(s_value), (x, y) => Maps.Of<ValueMatch>()
            .AddRange(x is null ? [] : [KeyValuePair.Create("x", x)])
            .AddRange(y is null ? [] : [KeyValuePair.Create("y", y)]));

    private static readonly Gen<GrpcMatch> s_grpc =
        Gen.Select(Maybe(s_name), Maybe(s_name), (service, method) => new GrpcMatch { Service = service, Method = method });

    private static readonly Gen<SourceMatch> s_source = Gen.Select(
        Maybe(Gen.OneOfConst("web", "web.shop", "api")), Maybe(Gen.OneOfConst("shop", "other")), Maybe(Gen.OneOfConst("canary", "stable")), (service, space, track) =>
            new SourceMatch { Service = service, Namespace = space, Labels = track is null ? Maps.Empty : Maps.Empty.Add("track", track) });

    private static readonly Gen<decimal> s_percent = Gen.Frequency((3, Gen.Const(100m)), (1, Gen.OneOfConst(0m, 12.5m, 99.99m)));

    private static readonly Gen<RouteMatch> s_simpleMatch =
        Gen.Select(Maybe(s_path), Maybe(s_path), Maybe(Gen.OneOfConst(s_regexes)), Gen.Bool, s_method.Array[0, 2], s_headers, Maybe(s_grpc))
            .Select((path, prefix, regex, ignoreCase, methods, headers, grpc) => new RouteMatch
            {
                Path = path,
                PathPrefix = prefix,
                PathRegex = regex,
                IgnorePathCase = ignoreCase,
                Methods = [.. methods],
                Headers = headers,
                Grpc = grpc,
            });

    private static readonly Gen<RouteMatch> s_match =
        Gen.Select(s_simpleMatch, Maybe(s_headers), Maybe(s_headers), Maybe(s_headers), Maybe(s_source), s_percent, Maybe(s_path))
            .Select((match, parameters, cookies, baggage, source, percent, start) => match with
            {
                PathStart = start,
                QueryParameters = parameters ?? match.QueryParameters,
                Cookies = cookies ?? match.Cookies,
                Baggage = baggage ?? match.Baggage,
                Source = source,
                Percent = percent,
            });

    private static readonly Gen<ImmutableArray<RouteMatch>[]> s_routes =
        s_match.Array[0, 3].Select(matches => matches.ToImmutableArray()).Array[0, 12];

    private static readonly Gen<string> s_query = Pairs("&", "x=1", "x=12", "x", "y=+12", "y=%31", "%78=1", "z=1", "", "=", "x=%zz");

    private static readonly Gen<string> s_cookie = Pairs(";", "x=1", " x=12", " y=\"1\"", "y = 1 ", "x", "", "=1", "X=1", "y=\"");

    private static readonly Gen<string> s_baggage = Pairs(",", "x=1", " x = 12 ", "y=%31;a=b", "y", "", "z=1", "x=1;12");

    private static readonly Gen<TestRequest> s_simpleRequest =
        Gen.Select(s_path, s_method, Gen.Bool, Maybe(Gen.OneOfConst("1", "12", "")), (path, method, isGrpc, x) =>
            new TestRequest(path, method, isGrpc) { Headers = x is null ? [] : new Dictionary<string, string> { ["x"] = x } });

    private static readonly Gen<TestRequest> s_request =
        Gen.Select(s_simpleRequest, s_query, Maybe(s_cookie), Maybe(s_baggage), Maybe(Gen.OneOfConst("1", "12")), Gen.OneOfConst(0, 1249, 1250, 9999))
            .Select((request, query, cookie, baggage, ambient, draw) => request with
            {
                Query = query,
                Headers = new(request.Headers.Concat(Given("Cookie", cookie)).Concat(Given("baggage", baggage)), StringComparer.OrdinalIgnoreCase),
                AmbientBaggage = new(Given("y", ambient)),
                Draw = draw,
            });

    [Fact]
    public void The_table_answers_as_the_reference_does() =>
        Gen.Select(s_routes, s_request.Array[20]).Sample((routes, requests) =>
        {
            RouteTable<string> table = TestTable.Of(routes);
            return requests.All(request => table.Match(request.Facts) == ReferenceTable.Find(routes, request)?.ToString());
        }, iter: 5_000);

    /// <summary>The route that is explained to be taken, whatever is drawn, is the one that a client takes.</summary>
    [Fact]
    public void The_explanation_takes_the_route_that_the_table_takes() =>
        Gen.Select(s_routes, s_request.Array[20]).Sample((routes, requests) =>
        {
            RouteTable<string> table = TestTable.Of(routes);
            return requests.All(request => table.Match(request.Facts) == TakenByExplanation(routes, request));
        }, iter: 5_000);

    /// <summary>Draws are random here, from one seed, and the routes taken are counted.</summary>
    [Fact]
    public void The_odds_of_routes_are_how_often_the_table_takes_them()
    {
        const int Draws = 20_000;
        RouteMatch[] matches =
        [
            new() { PathPrefix = "/a", Percent = 30 }, new() { Path = "/a/b", Percent = 12.5m }, new() { Methods = ["get"], Percent = 50 },
            new() { Path = "/other" }, new() { Headers = TestTable.Header("x", TestTable.Exact("1")).Headers, Percent = 75 },
        ];
        ImmutableArray<RouteMatch>[] routes = [[matches[0], matches[3]], [matches[1], matches[2]], [matches[4]]];
        TestRequest request = new("/a/b") { Headers = { ["x"] = "1" }, Random = new Random(1) };
        RouteTable<string> table = TestTable.Of(routes);

        string?[] taken = [.. Enumerable.Range(0, Draws).Select(_ => table.Match(request.Facts))];

        RequestExplanation explained = Explain(routes, request);
        Assert.Equal([0.3, 0.39375, 0.2296875], explained.Routes.Select(route => Math.Round(route.Odds, 7)));
        Assert.Equal(0.0765625, explained.Unmatched, 7);
        foreach (RouteExplanation route in explained.Routes)
        {
            Assert.Equal(route.Odds, (double)taken.Count(name => name == route.Name) / Draws, 0.02);
        }
    }

    [Fact]
    public void A_prefix_takes_the_paths_that_start_with_its_segments() =>
        Gen.Select(s_path, s_path, Gen.Bool).Sample((prefix, path, ignoreCase) =>
        {
            StringComparer comparer = ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
            return TestTable.Takes(new RouteMatch { PathPrefix = prefix, IgnorePathCase = ignoreCase }, new TestRequest(path))
                == ReferenceTable.TakesPrefix(prefix, path, comparer);
        }, iter: 10_000);

    [Fact]
    public void A_match_that_says_of_itself_that_it_takes_every_request_does() =>
        Gen.Select(s_match, s_request).Sample((match, request) => !match.TakesEveryRequest || TestTable.Takes(match, request), iter: 20_000);

    private static string? TakenByExplanation(ImmutableArray<RouteMatch>[] routes, TestRequest request) =>
        Explain(routes, request).Routes
            .FirstOrDefault(route => route.Matches.IsEmpty || route.Matches.Any(match => match.Obstacles.IsEmpty && request.Draw < match.Percent * 100))
            ?.Name;

    private static RequestExplanation Explain(ImmutableArray<RouteMatch>[] routes, TestRequest request)
    {
        MeshService service = new() { Routes = [.. routes.Select((matches, ordinal) => new MeshRoute { Name = $"{ordinal}", Match = matches })] };
        RequestExplanation explained = RequestExplainer.Explain(service, _ => null, TestTable.Caller, request.Facts, isHttps: false);
        return routes.Length == 0 ? explained with { Routes = [] } : explained;
    }

    private static Gen<string> Pairs(string separator, params string[] pairs) =>
        Gen.OneOfConst(pairs).Array[0, 3].Select(some => string.Join(separator, some));

    private static IEnumerable<KeyValuePair<string, string>> Given(string name, string? value) =>
        value is null ? [] : [KeyValuePair.Create(name, value)];

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class => Gen.Frequency((2, Gen.Const(() => (T?)null)), (1, gen.Select(value => (T?)value)));
}
