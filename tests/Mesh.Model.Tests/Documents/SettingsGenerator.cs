using System.Collections.Immutable;
using CsCheck;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>Makes settings that are valid, of everything that is supported.</summary>
internal static class SettingsGenerator
{
    private static readonly Gen<string> s_name = Gen.String[Gen.Char["abcXYZ019-_"], 1, 8].Select(text => "n" + text);
    private static readonly Gen<string?> s_version = Gen.Bool.Select(s_name, (given, name) => given ? name : null);
    private static readonly Gen<string> s_text = Gen.String[Gen.Char["abc 'é\"\\/,:{}[]TrueFalse019"], 0, 12];
    private static readonly Gen<TimeSpan> s_duration = Gen.Int[1, 86_400_000].Select(ms => TimeSpan.FromMilliseconds(ms));
    private static readonly Gen<decimal> s_percent = Gen.Int[0, 10_000].Select(hundredths => hundredths / 100m);
    private static readonly Gen<bool> s_flag = Gen.Bool;

    private static readonly Gen<ImmutableSortedDictionary<string, string>> s_labels = Map(s_name, s_text.Where(text => !Texts.IsJsonBoolean(text)));

    private static readonly Gen<MeshEndpoint> s_endpoint =
        from host in Gen.OneOf(
            Gen.Byte.Select(last => $"10.0.0.{last}"), Gen.UShort[1, 0xffff].Select(last => $"fe80::{last:x}"), s_name.Select(name => $"{name}.internal"))
        from port in Gen.Int[1, 65535]
        from scheme in Gen.Enum<EndpointScheme>()
        from version in s_version
        from labels in s_labels
        from weight in Gen.Int[1, 1000]
        from isLookup in Gen.Bool
        let lookup = isLookup && host.EndsWith(".internal", StringComparison.Ordinal) ? EndpointLookup.Addresses : EndpointLookup.None
        select new MeshEndpoint
        {
            Host = host, Port = port, Lookup = lookup, Scheme = lookup is EndpointLookup.None ? scheme : EndpointScheme.Any,
            Version = version, Labels = labels, Weight = weight,
        };

    private static readonly Gen<ImmutableArray<MeshEndpoint>?> s_endpoints = Gen.Bool.Select(
        s_endpoint.List[0, 4], (given, list) => given ? [.. list.DistinctBy(e => (e.Host.ToUpperInvariant(), e.Port))] : (ImmutableArray<MeshEndpoint>?)null);

    private static readonly Gen<ValueMatch> s_value =
        from kind in Gen.Enum<ValueMatchKind>()
        from text in s_text
        from pattern in Gen.OneOfConst("", "a+", "(a|b)*", "[^/]{1,20}")
        from start in Gen.Long[-1000, 1000]
        from length in Gen.Long[1, 1000]
        from ignoreCase in s_flag
        from invert in s_flag
        select Value(kind, text, pattern, start, length, ignoreCase, invert);

    private static readonly Gen<SourceMatch?> s_source =
        from form in Gen.Int[0, 3]
        from name in s_name
        from labels in s_labels
        select form == 0 ? null : new SourceMatch { Service = name, Namespace = form > 1 ? name : null, Labels = form > 2 ? labels : Maps.Empty };

    private static readonly Gen<RouteMatch> s_match =
        from form in Gen.Int[0, 5]
        from path in Gen.String[Gen.Char["abc/._%"], 0, 10].Select(text => new Uri("http://host/" + text).AbsolutePath)
        from methods in Gen.OneOfConst("GET", "POST", "PATCH", "M-SEARCH").HashSet[0, 3]
        from ignoreCase in s_flag
        from headers in Map(s_name, s_value)
        from parameters in Map(s_name, s_value)
        from cookies in Map(s_name, s_value)
        from baggage in Map(s_name, s_value)
        from source in s_source
        from percent in s_percent
        select new RouteMatch
        {
            Path = form == 1 ? path : null,
            PathPrefix = form == 2 ? path : null,
            PathRegex = form == 3 ? Patterns.Whole.Parse("/v[0-9]+/.*").Value : null,
            Grpc = form == 4 ? new() { Service = "shop.Pricing" } : form == 5 ? new() { Method = "Get" } : null,
            Methods = form < 4 ? [.. methods] : [],
            IgnorePathCase = ignoreCase,
            Headers = headers,
            QueryParameters = parameters,
            Cookies = cookies,
            Baggage = baggage,
            Source = source,
            Percent = percent,
        };

    private static readonly Gen<RouteTarget> s_target =
        from service in Gen.OneOf(Gen.Const((string?)null), s_name.Select(name => (string?)name))
        from subset in s_version
        from weight in Gen.Int[0, 1_000_000]
        select new RouteTarget { Service = service, Subset = subset, Weight = weight };

    private static readonly Gen<RetrySettings> s_retry =
        from attempts in Gen.Int[0, 10]
        from conditions in Gen.Int[0, 1023]
        from codes in Gen.Int[400, 599].Array[0, 3]
        from nonIdempotent in s_flag
        from least in s_duration
        from most in s_duration
        from body in Gen.Int[0, 16 * 1024 * 1024]
        select new RetrySettings
        {
            Attempts = attempts, On = (RetryConditions)conditions, StatusCodes = [.. codes], NonIdempotent = nonIdempotent, MaxBodyBytes = body,
            Backoff = new() { BaseInterval = least < most ? least : most, MaxInterval = least < most ? most : least },
        };

    private static readonly Gen<MeshRoute> s_route =
        from order in Gen.Int[-3, 3]
        from match in s_match.Array[0, 2]
        from to in s_target.Array[0, 3].Where(targets => targets.Length == 0 || targets.Any(target => target.Weight > 0))
        from timeout in s_duration
        from form in Gen.Int[0, 3]
        from retry in s_retry
        select new MeshRoute
        {
            Order = order, Match = [.. match], To = [.. to],
            Timeout = form is 1 or 3 ? timeout : null,
            Retry = retry with { PerTryTimeout = form is 2 or 3 ? timeout : null },
        };

    private static readonly Gen<MeshSubset> s_subset = s_version
        .Select(s_labels, (version, labels) => new MeshSubset { Version = version, Labels = labels })
        .Where(subset => subset.Version is not null || !subset.Labels.IsEmpty);

    private static readonly Gen<MeshService> s_service =
        from endpoints in s_endpoints
        from subsets in Map(s_name, s_subset)
        from routes in s_route.Array[0, 3]
        from percent in s_percent
        from count in Gen.Int[0, 1_000_000]
        from ttl in Gen.Int[1000, 60_000]
        from policy in Gen.Enum<BalancingPolicy>()
        from choices in Gen.Int[2, LoadBalancingSettings.MaxChoiceCount]
        from time in s_duration
        from jitter in Gen.Int[0, 100]
        select new MeshService
        {
            Endpoints = endpoints,
            Subsets = subsets,
            Routes = [.. routes.Select((route, i) => route with { Name = $"r{i}" }).OrderBy(route => route.Order)],
            RetryBudget = new() { Percent = percent, MinRetryConcurrency = count, MinRetriesPerSecond = count, Ttl = TimeSpan.FromMilliseconds(ttl) },
            LoadBalancing = new() { Policy = policy, ChoiceCount = choices, DecayTime = time, PanicThreshold = percent },
            CircuitBreaker = new() { MaxRequests = count + 1, MaxPendingRequests = count, MaxConnections = count + 1, MaxRetries = count },
            OutlierDetection = new()
            {
                ConsecutiveErrors = count % 1001, BaseEjectionTime = time, MaxEjectionTime = time, EjectionJitter = jitter / 100.0,
                MaxEjectionPercent = percent, MinReadyEndpoints = count,
            },
        };

    public static Gen<MeshSettings> Settings { get; } =
        from enabled in s_flag
        from unknown in Gen.Enum<UnknownSettings>()
        from name in s_name
        from version in s_version
        from labels in s_labels
        from zone in s_version
        from weight in Gen.Int[1, 1000]
        from inbound in s_flag
        from drain in s_duration
        from hosts in Gen.Enum<UnknownHosts>()
        from refresh in s_duration
        from domains in s_name.Select(text => $"*.{text}").Array[0, 2]
        from services in Map(s_name, s_service)
        select new MeshSettings
        {
            Enabled = enabled, UnknownSettings = unknown, Inbound = new() { Enabled = inbound, DrainTimeout = drain },
            Service = new() { Name = name, Namespace = name, Version = version, Labels = labels, Locality = new() { Zone = zone }, Weight = weight },
            Outbound = new() { UnknownHosts = hosts, Domains = [.. domains], DnsRefreshInterval = refresh },
            Services = [.. services.Select(service => service.Value with { Name = service.Key })],
        };

    private static Gen<ImmutableSortedDictionary<string, T>> Map<T>(Gen<string> name, Gen<T> value) =>
        name.Select(value).List[0, 3].Select(pairs => Maps.Of<T>().SetItems(pairs.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))));

    private static ValueMatch Value(ValueMatchKind kind, string text, string pattern, long start, long length, bool ignoreCase, bool invert)
    {
        bool isText = kind is ValueMatchKind.Exact or ValueMatchKind.Prefix or ValueMatchKind.Suffix or ValueMatchKind.Contains;
        bool isRegex = kind is ValueMatchKind.Regex;
        return new()
        {
            Kind = kind,
            Text = isText ? text : "",
            Regex = isRegex ? (ignoreCase ? Patterns.WholeInAnyCase : Patterns.Whole).Parse(pattern).Value : null,
            Start = kind is ValueMatchKind.Range ? start : 0,
            End = kind is ValueMatchKind.Range ? start + length : 0,
            IgnoreCase = (isText && (ignoreCase || Texts.IsJsonBoolean(text))) || (isRegex && ignoreCase),
            Invert = invert,
        };
    }
}
