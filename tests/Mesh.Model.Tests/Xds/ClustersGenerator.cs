using System.Collections.Immutable;
using CsCheck;
using static Mesh.Model.Tests.Xds.OptionalGen;

namespace Mesh.Model.Tests.Xds;

/// <summary>Makes what a document can say of a cluster and of endpoints.</summary>
internal static class ClustersGenerator
{
    private static readonly Gen<string> s_line = Gen.String[Gen.Char["abZ09-_./:é\""], 1, 8];
    private static readonly Gen<string?> s_lineOrNull = Maybe(s_line);
    private static readonly Gen<TimeSpan> s_time = Gen.Long[1, TimeSpan.TicksPerDay].Select(TimeSpan.FromTicks);
    private static readonly Gen<decimal> s_percent = Gen.Int[0, 10_000].Select(hundredths => hundredths / 100m);
    private static readonly Gen<int> s_count = Gen.Frequency((4, Gen.Int[0, 2000]), (1, Gen.Const(int.MaxValue)));
    private static readonly Gen<int> s_few = Gen.Int[1, 1000];

    private static readonly Gen<ImmutableSortedDictionary<string, string>> s_labels = Map(s_line, Gen.String[Gen.Char["ab é"], 0, 5]);

    private static readonly Gen<MeshSubset> s_subset = s_lineOrNull.Select(s_labels, (version, labels) => new MeshSubset { Version = version, Labels = labels });

    private static readonly Gen<ImmutableSortedDictionary<string, MeshSubset>> s_subsets = Map(s_line, s_subset);

    private static readonly Gen<LoadBalancingSettings> s_balancing =
        from policy in Gen.Enum<BalancingPolicy>()
        from choices in Gen.Int[2, LoadBalancingSettings.MaxChoiceCount]
        from decay in s_time
        from panic in s_percent
        select new LoadBalancingSettings { Policy = policy, ChoiceCount = choices, DecayTime = decay, PanicThreshold = panic };

    private static readonly Gen<CircuitBreakerSettings> s_breaker =
        from requests in s_count.Where(count => count > 0)
        from pending in s_count
        from connections in s_count.Where(count => count > 0)
        from retries in s_count
        select new CircuitBreakerSettings { MaxRequests = requests, MaxPendingRequests = pending, MaxConnections = connections, MaxRetries = retries };

    private static readonly Gen<RetryBudgetSettings> s_budget =
        from percent in s_percent
        from least in s_count
        from perSecond in s_count
        from ttl in s_time
        select new RetryBudgetSettings { Percent = percent, MinRetryConcurrency = least, MinRetriesPerSecond = perSecond, Ttl = ttl };

    private static readonly Gen<OutlierDetectionSettings> s_outliers =
        from errors in Gen.Frequency((1, Gen.Const(0)), (3, s_few))
        from one in s_time
        from other in s_time
        from jitter in Gen.Double[0, 1]
        from percent in s_percent
        from ready in s_count
        select new OutlierDetectionSettings
        {
            ConsecutiveErrors = errors, BaseEjectionTime = one < other ? one : other, MaxEjectionTime = one < other ? other : one,
            EjectionJitter = jitter, MaxEjectionPercent = percent, MinReadyEndpoints = ready,
        };

    private static readonly Gen<HealthCheckSettings> s_check =
        from form in Gen.Int[0, 2]
        from path in Gen.OneOfConst("/", "/healthz", "/a%20b/c")
        from codes in Gen.Frequency((1, Gen.Const((int[])[200])), (3, Gen.Int[100, 599].Array[0, 4]))
        from service in Gen.OneOfConst("", "shop.Pricing")
        from interval in s_time
        from timeout in s_time
        from healthy in s_few
        from unhealthy in s_few
        select new HealthCheckSettings
        {
            HttpPath = form == 0 ? path : null, GrpcService = form == 1 ? service : null, Tcp = form == 2, StatusCodes = [.. codes],
            Interval = interval, Timeout = timeout, HealthyThreshold = healthy, UnhealthyThreshold = unhealthy,
        };

    private static readonly Gen<TlsMode?> s_mode = Gen.OneOfConst(null, TlsMode.Disabled, TlsMode.Simple, TlsMode.Mutual, (TlsMode?)null);

    private static readonly Gen<TlsSettings> s_tls =
        from mode in s_mode
        from sni in s_lineOrNull
        from authorities in s_lineOrNull
        from certificate in s_lineOrNull
        from key in s_lineOrNull
        from names in Gen.OneOfConst("a.example", "*.b.example", "10.0.0.1", "::1", "spiffe://td/ns/demo/sa/a").Array[0, 3]
        select new TlsSettings
        {
            Mode = mode, Sni = sni, CaCertificates = authorities, ClientCertificate = certificate,
            PrivateKey = certificate is null ? null : key, SubjectAltNames = [.. names],
        };

    private static readonly Gen<Locality> s_locality = Gen.Select(
        Gen.OneOfConst(null, "eu", "us"), Gen.OneOfConst(null, "eu-1"), Gen.OneOfConst(null, "rack"),
        (region, zone, subZone) => new Locality { Region = region, Zone = zone, SubZone = subZone });

    private static readonly Gen<(string Host, EndpointLookup Lookup)> s_host = Gen.OneOf(
        Gen.Byte.Select(last => ($"10.0.0.{last}", EndpointLookup.None)),
        Gen.UShort[1, 0xffff].Select(last => ($"fe80::{last:x}", EndpointLookup.None)),
        Gen.OneOfConst("localhost", "a.internal", "B.internal").Select(Gen.OneOfConst(EndpointLookup.None, EndpointLookup.Addresses)),
        Gen.OneOfConst("_http._tcp.a.internal", "_grpc._tcp.b").Select(name => (name, EndpointLookup.Services)));

    private static readonly Gen<MeshEndpoint> s_endpoint =
        from host in s_host
        from port in Gen.Int[1, 65535]
        from scheme in Gen.Enum<EndpointScheme>()
        from protocols in Gen.Enum<EndpointProtocols>()
        from version in Maybe(Gen.OneOfConst("v1", "v2"))
        from labels in s_labels
        from locality in s_locality
        from weight in Gen.Int[1, 1000]
        from priority in Gen.Frequency((3, Gen.Int[0, 2]), (1, Gen.Int[0, 127]))
        from tls in s_mode
        select new MeshEndpoint
        {
            Host = host.Host, Port = host.Lookup is EndpointLookup.Services ? 0 : port, Lookup = host.Lookup,
            Scheme = host.Lookup is EndpointLookup.None ? scheme : EndpointScheme.Any,
            Protocols = protocols, Version = version, Labels = labels, Locality = locality, Weight = weight, Priority = priority, Tls = tls,
        };

    /// <summary>Each address once, as in documents.</summary>
    public static Gen<ImmutableArray<MeshEndpoint>> Endpoints { get; } = s_endpoint.Array[0, 12].Select(
        all => (ImmutableArray<MeshEndpoint>)[.. all.DistinctBy(one => (one with { Scheme = EndpointScheme.Any }).Address, StringComparer.OrdinalIgnoreCase)]);

    /// <summary>All that a cluster can say, with parts that are as by default among it.</summary>
    public static Gen<MeshService> Service { get; } =
        from subsets in s_subsets
        from balancing in OrDefault(s_balancing)
        from breaker in OrDefault(s_breaker)
        from budget in OrDefault(s_budget)
        from outliers in OrDefault(s_outliers)
        from check in Maybe(s_check)
        from tls in Maybe(s_tls)
        from endpoints in Endpoints
        select new MeshService
        {
            Name = "catalog.shop", Subsets = subsets, LoadBalancing = balancing, CircuitBreaker = breaker, RetryBudget = budget,
            OutlierDetection = outliers, HealthCheck = check, Tls = tls, Endpoints = endpoints,
        };
}
