using System.Collections.Immutable;
using System.Diagnostics;
using Mesh.Client.Sources;
using Mesh.Model;
using Mesh.Model.Matching;

namespace Mesh.Client.Runtime;

/// <summary>The rules of a service, made ready for calls. Immutable; swapped as a whole.</summary>
internal sealed class ServiceRules
{
    // The route of a service that has none of its own.
    private static readonly MeshRoute s_default = new() { Name = "default" };

    // With the mesh switched off the service is called as a plain client would: in turn, once, without limits.
    private static readonly MeshService s_plain = new()
    {
        Routes = [s_default with { Retry = new RetrySettings { Attempts = 0 } }],
        LoadBalancing = new LoadBalancingSettings { Policy = BalancingPolicy.RoundRobin, PanicThreshold = 0 },
        CircuitBreaker = new CircuitBreakerSettings { MaxRequests = int.MaxValue, MaxPendingRequests = int.MaxValue, MaxConnections = int.MaxValue },
        OutlierDetection = new OutlierDetectionSettings { ConsecutiveErrors = 0 },
    };

    private readonly Route[] _routes;
    private readonly RouteTable<Route>? _table;

    public ServiceRules(MeshService settings, MeshedService service, ServiceIdentity caller, TimeProvider time)
    {
        Settings = settings;
        MeshRoute[] routes = settings.Routes.IsEmpty ? [s_default] : [.. settings.Routes];
        _routes = [.. routes.Select(route => new Route(route, service, time))];

        // A first route that takes every request leaves nothing to match.
        _table = routes[0].Match.IsEmpty ? null : new RouteTable<Route>([.. routes.Select((route, index) => (route.Match, _routes[index]))], caller);

        int last = Array.FindIndex(routes, route => route.TakesEveryRequest);
        Last = last < 0 ? null : _routes[last];
        Unreachable = last < 0 ? [] : _routes[(last + 1)..];
    }

    public MeshService Settings { get; }

    /// <summary>In the order in which they are tried.</summary>
    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>The first route that takes every request; null: there is none.</summary>
    public Route? Last { get; }

    /// <summary>The routes after <see cref="Last"/>, which never get a request.</summary>
    public IReadOnlyList<Route> Unreachable { get; }

    /// <summary>What holds for a service while the mesh is switched off: how connections are secured is no rule that one switches off.</summary>
    public static MeshService PlainFor(MeshService settings) => s_plain with { Name = settings.Name, Tls = settings.Tls, Routes = PlainRoutes(settings) };

    /// <summary>The first route that takes the request; null where none does.</summary>
    public Route? Match(HttpRequestMessage request, bool isGrpc)
    {
        if (_table is null)
        {
            return _routes[0];
        }

        ReadOnlySpan<char> pathAndQuery = request.RequestUri!.PathAndQuery;
        int query = pathAndQuery.IndexOf('?');
        return _table.Match(new RequestFacts
        {
            Path = query < 0 ? pathAndQuery : pathAndQuery[..query],
            Query = query < 0 ? [] : pathAndQuery[(query + 1)..],
            Method = request.Method.Method,
            IsGrpc = isGrpc,
            Carrier = request,
            HeaderReader = s_readHeader,
            BaggageReader = s_readBaggage,
            Random = Random.Shared,
        });
    }

    // A service whose endpoints are all clusters of an xDS control plane has none of its own: as a rule the last route is the one for the rest.
    private static ImmutableArray<MeshRoute> PlainRoutes(MeshService settings) =>
        settings.Routes.LastOrDefault(route => route.To.Any(target => target.Service is { } service && ClusterNames.ClusterOf(service) is not null)) is { } elsewhere
            ? [s_plain.Routes[0] with { To = elsewhere.To }]
            : s_plain.Routes;

    private static readonly Func<object, string, string?> s_readHeader = static (carrier, name) => RequestHeaders.Read((HttpRequestMessage)carrier, name);

    private static readonly Func<object, string, string?> s_readBaggage = static (_, name) => Activity.Current?.GetBaggageItem(name);
}
