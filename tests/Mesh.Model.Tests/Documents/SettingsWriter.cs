using System.Globalization;
using System.Text.Json.Nodes;

namespace Mesh.Model.Tests.Documents;

/// <summary>Writes settings as a user would, for what is supported.</summary>
internal static class SettingsWriter
{
    private static readonly Dictionary<RetryConditions, string> s_conditions = new()
    {
        [RetryConditions.ServerError] = "5xx", [RetryConditions.GatewayError] = "gateway-error", [RetryConditions.Reset] = "reset",
        [RetryConditions.ConnectFailure] = "connect-failure", [RetryConditions.RefusedStream] = "refused-stream",
        [RetryConditions.Cancelled] = "cancelled", [RetryConditions.DeadlineExceeded] = "deadline-exceeded",
        [RetryConditions.Internal] = "internal", [RetryConditions.ResourceExhausted] = "resource-exhausted",
        [RetryConditions.Unavailable] = "unavailable",
    };

    public static string Write(MeshSettings settings) => new JsonObject
    {
        ["Enabled"] = settings.Enabled,
        ["UnknownSettings"] = settings.UnknownSettings.ToString(),
        ["Service"] = new JsonObject
        {
            ["Name"] = settings.Service.Name, ["Namespace"] = settings.Service.Namespace, ["Version"] = settings.Service.Version,
            ["Labels"] = Map(settings.Service.Labels, label => label),
            ["Locality"] = new JsonObject { ["Zone"] = settings.Service.Locality.Zone }, ["Weight"] = settings.Service.Weight,
        },
        ["Inbound"] = new JsonObject { ["Enabled"] = settings.Inbound.Enabled, ["DrainTimeout"] = Clock(settings.Inbound.DrainTimeout) },
        ["Outbound"] = new JsonObject
        {
            ["UnknownHosts"] = settings.Outbound.UnknownHosts.ToString(), ["Domains"] = List(settings.Outbound.Domains, domain => domain),
            ["DnsRefreshInterval"] = Clock(settings.Outbound.DnsRefreshInterval),
        },
        ["Services"] = new JsonObject(settings.Services.Select(service => KeyValuePair.Create(service.Name, (JsonNode?)Service(service)))),
    }.ToJsonString();

    private static JsonObject Service(MeshService service) => new()
    {
        ["Endpoints"] = service.Endpoints is { } endpoints ? List(endpoints, Endpoint) : null,
        ["Subsets"] = Map(service.Subsets, subset => new JsonObject { ["Version"] = subset.Version, ["Labels"] = Map(subset.Labels, label => label) }),
        ["Routes"] = List(service.Routes, Route),
        ["RetryBudget"] = new JsonObject
        {
            ["Percent"] = service.RetryBudget.Percent, ["MinRetryConcurrency"] = service.RetryBudget.MinRetryConcurrency,
            ["MinRetriesPerSecond"] = service.RetryBudget.MinRetriesPerSecond, ["Ttl"] = Clock(service.RetryBudget.Ttl),
        },
        ["LoadBalancing"] = new JsonObject
        {
            ["Policy"] = service.LoadBalancing.Policy.ToString(), ["ChoiceCount"] = service.LoadBalancing.ChoiceCount,
            ["DecayTime"] = Clock(service.LoadBalancing.DecayTime), ["PanicThreshold"] = service.LoadBalancing.PanicThreshold,
        },
        ["CircuitBreaker"] = new JsonObject
        {
            ["MaxRequests"] = service.CircuitBreaker.MaxRequests, ["MaxPendingRequests"] = service.CircuitBreaker.MaxPendingRequests,
            ["MaxConnections"] = service.CircuitBreaker.MaxConnections, ["MaxRetries"] = service.CircuitBreaker.MaxRetries,
        },
        ["OutlierDetection"] = new JsonObject
        {
            ["ConsecutiveErrors"] = service.OutlierDetection.ConsecutiveErrors,
            ["BaseEjectionTime"] = Clock(service.OutlierDetection.BaseEjectionTime), ["MaxEjectionTime"] = Clock(service.OutlierDetection.MaxEjectionTime),
            ["EjectionJitter"] = service.OutlierDetection.EjectionJitter, ["MaxEjectionPercent"] = service.OutlierDetection.MaxEjectionPercent,
            ["MinReadyEndpoints"] = service.OutlierDetection.MinReadyEndpoints,
        },
    };

    private static JsonNode Endpoint(MeshEndpoint endpoint) =>
        endpoint is { Version: null, Weight: 1, Labels.IsEmpty: true } ? endpoint.Address : new JsonObject
        {
            ["Address"] = endpoint.Address, ["Version"] = endpoint.Version, ["Weight"] = endpoint.Weight, ["Labels"] = Map(endpoint.Labels, label => label),
        };

    private static JsonObject Route(MeshRoute route) => new()
    {
        ["Name"] = route.Name,
        ["Order"] = route.Order,
        ["Match"] = route.Match.Length == 1 ? Match(route.Match[0]) : List(route.Match, Match),
        ["To"] = List(route.To, to => new JsonObject { ["Service"] = to.Service, ["Subset"] = to.Subset, ["Weight"] = to.Weight }),
        ["Timeout"] = route.Timeout is { } timeout ? Milliseconds(timeout) : null,
        ["Retry"] = new JsonObject
        {
            ["Attempts"] = route.Retry.Attempts,
            ["On"] = string.Join(", ", s_conditions.Where(condition => route.Retry.On.HasFlag(condition.Key)).Select(condition => condition.Value)),
            ["StatusCodes"] = List(route.Retry.StatusCodes, code => code),
            ["PerTryTimeout"] = route.Retry.PerTryTimeout is { } perTry ? Clock(perTry) : null,
            ["NonIdempotent"] = route.Retry.NonIdempotent,
            ["Backoff"] = new JsonObject
            {
                ["BaseInterval"] = Milliseconds(route.Retry.Backoff.BaseInterval), ["MaxInterval"] = Clock(route.Retry.Backoff.MaxInterval),
            },
            ["MaxBodyBytes"] = route.Retry.MaxBodyBytes,
        },
    };

    private static JsonObject Match(RouteMatch match)
    {
        var json = new JsonObject
        {
            ["Path"] = match.Path,
            ["PathPrefix"] = match.PathPrefix,
            ["PathRegex"] = match.PathRegex is { } regex ? Pattern(regex.ToString()) : null,
            ["IgnorePathCase"] = match.IgnorePathCase,
            ["Headers"] = Map(match.Headers, Value),
            ["QueryParameters"] = Map(match.QueryParameters, Value),
            ["Cookies"] = Map(match.Cookies, Value),
            ["Baggage"] = Map(match.Baggage, Value),
            ["Percent"] = match.Percent,
        };

        if (match.Source is { } source)
        {
            json["Source"] = new JsonObject
            {
                ["Service"] = source.Service, ["Namespace"] = source.Namespace, ["Labels"] = Map(source.Labels, label => label),
            };
        }

        // An empty list of methods would contradict a gRPC match, and an empty gRPC match says nothing.
        if (match.Grpc is { } grpc)
        {
            json["Grpc"] = new JsonObject { ["Service"] = grpc.Service, ["Method"] = grpc.Method };
        }
        else
        {
            json["Methods"] = List(match.Methods, method => method.ToLowerInvariant());
        }

        return json;
    }

    private static JsonObject Value(ValueMatch value)
    {
        var json = new JsonObject { ["IgnoreCase"] = value.IgnoreCase, ["Invert"] = value.Invert };
        (string key, JsonNode test) = value.Kind switch
        {
            ValueMatchKind.Regex => ("Regex", Pattern(value.Regex!.ToString())),
            ValueMatchKind.Range => ("Range", new JsonObject { ["Start"] = value.Start, ["End"] = value.End }),
            ValueMatchKind.Present => ("Present", true),
            ValueMatchKind.Absent => ("Present", false),
            _ => (value.Kind.ToString(), (JsonNode)value.Text),
        };
        json[key] = test;
        return json;
    }

    private static string Pattern(string framed) => framed[@"\A(?:".Length..^@")\z".Length];

    private static string Clock(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerMillisecond}ms");

    private static JsonArray List<T>(IEnumerable<T> values, Func<T, JsonNode> write) => [.. values.Select(write)];

    private static JsonObject Map<T>(IEnumerable<KeyValuePair<string, T>> values, Func<T, JsonNode> write) =>
        new(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)write(pair.Value))));
}
