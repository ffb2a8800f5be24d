using CsCheck;
using Mesh.Model.Documents;
using static Mesh.Model.Tests.Xds.OptionalGen;

namespace Mesh.Model.Tests.Xds;

/// <summary>Makes routes that settings can say, of all that the model has.</summary>
internal static class RoutesGenerator
{
    private static readonly Gen<string> s_name = Gen.String[Gen.Char["abXY09-_"], 1, 6].Select(text => "n" + text);
    private static readonly Gen<string> s_text = Gen.String[Gen.Char["abc 'é\"\\/,:{}[]$%|019"], 0, 8];
    private static readonly Gen<TimeSpan> s_duration = Gen.Int[1, 86_400_000].Select(ms => TimeSpan.FromMilliseconds(ms));
    private static readonly Gen<decimal> s_percent = Gen.Frequency((1, Gen.Int[0, 10_000].Select(hundredths => hundredths / 100m)), (1, Gen.Const(100m)));

    private static readonly Gen<string> s_path =
        Gen.String[Gen.Char["abc/._%"], 0, 8].Select(text => new Uri("http://host/" + text).AbsolutePath)
            .Where(path => Texts.Path.Parse(path).State is ParseState.Good);

    private static readonly Gen<string> s_service = Gen.OneOf(Gen.OneOfConst("catalog", "Catalog.Shop", "reviews", "reviews.other"), s_name);

    private static readonly Gen<string> s_pattern = Gen.OneOfConst("", "a+", "(a|b)*", "[^/]{1,20}", "/v[0-9]+/.*", @"\d+\.[a-z-[x]]", "a|b", "(?<n>a)b");

    private static readonly Gen<ValueMatch> s_value =
        from kind in Gen.Enum<ValueMatchKind>()
        from text in s_text
        from pattern in s_pattern
        from start in Gen.Long[-1000, 1000]
        from length in Gen.Long[1, 1000]
        from ignoreCase in Gen.Bool
        from invert in Gen.Bool
        from forNone in Gen.OneOfConst(null, null, null, true, (bool?)false)
        select Value(kind, text, pattern, start, length, ignoreCase, invert, forNone);

    private static readonly Gen<SourceMatch> s_source =
        from form in Gen.Int[0, 2]
        from name in s_name
        from labels in Map(s_name, s_text)
        select new SourceMatch { Service = form == 0 ? null : name, Namespace = form == 1 ? null : name, Labels = labels };

    private static readonly Gen<RouteMatch> s_match =
        from form in Gen.Int[0, 9]
        from path in s_path
        from pattern in s_pattern
        from methods in Gen.OneOfConst("GET", "POST", "M-SEARCH", "A|B", "#.+").HashSet[0, 3]
        from ignoreCase in Gen.Bool
        from headers in Map(s_name, s_value)
        from parameters in Map(s_text.Where(text => text.Length > 0), s_value)
        from cookies in Map(s_name, s_value)
        from baggage in Map(s_name, s_value)
        from source in Maybe(s_source)
        from percent in s_percent
        select new RouteMatch
        {
            Path = form == 1 ? path : null,
            PathPrefix = form == 2 ? path : null,
            PathStart = form == 9 ? path + "a" : null,
            PathRegex = form == 3 ? Patterns.Whole.Parse(pattern).Value : null,
            Grpc = form switch
            {
                4 => new() { Service = "shop.Pricing" }, 5 => new() { Method = "Get" },
                6 => new() { Service = "shop.Pricing", Method = "Get" }, 7 => new(), _ => null,
            },
            Methods = form is < 4 or 9 ? [.. methods] : [],
            IgnorePathCase = ignoreCase && form is < 4 or 9,
            Headers = headers, QueryParameters = parameters, Cookies = cookies, Baggage = baggage, Source = source, Percent = percent,
        };

    private static readonly Gen<RouteMatch> s_prefix =
        Gen.Select(s_path, Gen.Bool, (path, ignoreCase) => new RouteMatch { PathPrefix = path, IgnorePathCase = ignoreCase });

    private static readonly Gen<RouteTarget> s_target =
        Gen.Select(Maybe(s_service), Maybe(s_text.Where(text => text.Length > 0)), Gen.Int[0, 1_000_000], (service, subset, weight) =>
            new RouteTarget { Service = service, Subset = subset, Weight = weight });

    private static readonly Gen<RouteMirror> s_mirror =
        Gen.Select(Maybe(s_service), Maybe(s_name), s_percent, Gen.OneOfConst(32, 1, int.MaxValue), (service, subset, percent, most) =>
            new RouteMirror { Service = service, Subset = subset, Percent = percent, MaxRequests = most });

    private static readonly Gen<HeaderEdits> s_edits =
        Gen.Select(Map(s_name, s_text), Map(s_name, s_text), s_name.Array[0, 2], (set, add, removed) =>
            new HeaderEdits { Set = set, Add = add, Remove = [.. removed] });

    private static readonly Gen<RegexRewrite> s_regexRewrite =
        from pattern in Gen.OneOfConst("^/(.*)$", "a", "(?<n>a)(b)?", "/v[0-9]", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)")
        from substitution in Gen.OneOfConst("$1", "/v2/$1", "${1}2", "$12", "$10", "$$", "$0", "$&", "${n}", "$9", @"\1", @"\", "$", "$x", "", "$`", "${m}")
        select new RegexRewrite { Pattern = Patterns.Anywhere.Parse(pattern).Value, Substitution = substitution };

    private static readonly Gen<RouteFault> s_fault =
        from delay in Maybe(Gen.Select(s_duration, s_percent, (length, percent) => new FaultDelay { FixedDelay = length, Percent = percent }))
        from abort in Maybe(Gen.Select(Gen.Bool, Gen.Int[0, 16], s_percent, (isGrpc, status, percent) =>
            new FaultAbort { StatusCode = isGrpc ? null : 500 + status, GrpcStatus = isGrpc ? status : null, Percent = percent }))
        from allowHeaders in Gen.Bool
        select new RouteFault { Delay = delay, Abort = abort, AllowHeaders = allowHeaders };

    private static readonly Gen<RetrySettings> s_retry =
        from attempts in Gen.Int[0, 10]
        from conditions in Gen.Int[0, 1023]
        from codes in Gen.Int[400, 599].Array[0, 3]
        from nonIdempotent in Gen.Bool
        from least in s_duration
        from most in s_duration
        from perTry in Gen.Bool
        from body in Gen.OneOfConst(65536, 0, 16 * 1024 * 1024)
        select new RetrySettings
        {
            Attempts = attempts, On = (RetryConditions)conditions, StatusCodes = [.. codes], NonIdempotent = nonIdempotent, MaxBodyBytes = body,
            PerTryTimeout = perTry ? most : null,
            Backoff = new() { BaseInterval = least < most ? least : most, MaxInterval = least < most ? most : least },
        };

    /// <summary>Null: the request is sent.</summary>
    private static readonly Gen<(RouteRedirect? Redirect, DirectResponse? Response, RouteRewrite? Rewrite)> s_action =
        from form in Gen.Int[0, 7]
        from path in s_path
        from regex in s_regexRewrite
        from host in Maybe(s_name)
        from scheme in Maybe(Gen.OneOfConst("http", "https"))
        from port in Gen.OneOfConst(null, 1, (int?)65535)
        from status in Gen.OneOfConst(301, 302, 303, 307, 308)
        from body in Maybe(s_text)
        from type in Maybe(Gen.Const("text/html"))
        select (
            form is 1 or 2 ? new RouteRedirect
            {
                Scheme = scheme, Hostname = host, Port = port, StatusCode = status,
                ReplacePrefixMatch = form == 1 ? path : null, ReplaceFullPath = form == 2 ? path : null,
            } : null,
            form == 3 ? new DirectResponse
            {
                StatusCode = port is null ? status : null, GrpcStatus = port is null ? null : 5, Body = body, ContentType = type,
            } : null,
            form is 4 or 5 or 6 ? new RouteRewrite
            {
                Hostname = host ?? "h", ReplacePrefixMatch = form == 4 ? path : null, ReplaceFullPath = form == 5 ? path : null,
                Regex = form == 6 ? regex : null,
            } : null);

    private static readonly Gen<MeshRoute> s_route =
        from order in Gen.Int[-3, 3]
        from match in s_match.Array[0, 3]
        from prefixes in s_prefix.Array[1, 3]
        from to in s_target.Array[0, 3].Where(targets => targets.Length == 0 || targets.Any(target => target.Weight > 0))
        from action in s_action
        from edits in Gen.Select(s_edits, s_edits)
        from mirror in s_mirror.Array[0, 2]
        from fault in Maybe(s_fault)
        from timeouts in Gen.Select(Gen.OneOfConst(0, 1, 1000), Gen.OneOfConst(0, 7, 86_400_000))
        from retry in Gen.Frequency((1, Gen.Const(new RetrySettings())), (3, s_retry))
        select new MeshRoute
        {
            Order = order,
            Match = action.Redirect?.ReplacePrefixMatch is null && action.Rewrite?.ReplacePrefixMatch is null ? [.. match] : [.. prefixes],
            To = action.Redirect is null && action.Response is null ? [.. to] : [],
            Redirect = action.Redirect, DirectResponse = action.Response, Rewrite = action.Rewrite,
            RequestHeaders = edits.Item1, ResponseHeaders = edits.Item2, Mirror = [.. mirror], Fault = fault,
            Timeout = timeouts.Item1 == 0 ? null : TimeSpan.FromMilliseconds(timeouts.Item1),
            IdleTimeout = timeouts.Item2 == 0 ? null : TimeSpan.FromMilliseconds(timeouts.Item2),
            Retry = retry,
        };

    public static Gen<MeshService> Service { get; } = s_route.Array[0, 4].Select(s_name.Array[0, 2], (routes, hosts) => new MeshService
    {
        Name = "catalog", Hosts = [.. hosts], Routes = [.. routes.Select((route, i) => route with { Name = $"r{i}" })],
    });

    private static ValueMatch Value(ValueMatchKind kind, string text, string pattern, long start, long length, bool ignoreCase, bool invert, bool? forNone)
    {
        bool isText = kind is ValueMatchKind.Exact or ValueMatchKind.Prefix or ValueMatchKind.Suffix or ValueMatchKind.Contains;
        bool isRegex = kind is ValueMatchKind.Regex;
        ValueMatch match = new()
        {
            Kind = kind,
            Text = isText ? text : "",
            Regex = isRegex ? (ignoreCase ? Patterns.WholeInAnyCase : Patterns.Whole).Parse(pattern).Value : null,
            Start = kind is ValueMatchKind.Range ? start : 0,
            End = kind is ValueMatchKind.Range ? start + length : 0,
            IgnoreCase = (isText || isRegex) && ignoreCase,
            Invert = invert,
        };
        return forNone is null || forNone == match.MatchesNone() ? match : match with { PassesForNone = forNone };
    }
}
