using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CsCheck;
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

    private static readonly Gen<RouteMatch> s_match =
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

    private static readonly Gen<ImmutableArray<RouteMatch>[]> s_routes =
        s_match.Array[0, 3].Select(matches => matches.ToImmutableArray()).Array[0, 12];

    private static readonly Gen<TestRequest> s_request =
        Gen.Select(s_path, s_method, Gen.Bool, Maybe(Gen.OneOfConst("1", "12", "")), (path, method, isGrpc, x) =>
            new TestRequest(path, method, isGrpc) { Headers = x is null ? [] : new Dictionary<string, string> { ["x"] = x } });

    [Fact]
    public void The_table_answers_as_the_reference_does() =>
        Gen.Select(s_routes, s_request.Array[20]).Sample((routes, requests) =>
        {
            RouteTable<string> table = TestTable.Of(routes);
            return requests.All(request => table.Match(request.Facts) == ReferenceTable.Find(routes, request)?.ToString());
        }, iter: 5_000);

    [Fact]
    public void A_prefix_takes_the_paths_that_start_with_its_segments() =>
        Gen.Select(s_path, s_path, Gen.Bool).Sample((prefix, path, ignoreCase) =>
        {
            StringComparer comparer = ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
            return TestTable.Takes(new RouteMatch { PathPrefix = prefix, IgnorePathCase = ignoreCase }, new TestRequest(path))
                == ReferenceTable.TakesPrefix(prefix, path, comparer);
        }, iter: 10_000);

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class => Gen.Frequency((2, Gen.Const(() => (T?)null)), (1, gen.Select(value => (T?)value)));
}
