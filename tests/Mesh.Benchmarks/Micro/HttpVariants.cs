using Mesh.Benchmarks.Measuring;
using Mesh.Benchmarks.Terminals;
using Microsoft.Extensions.Configuration;

namespace Mesh.Benchmarks.Micro;

/// <summary>The variants of HTTP calls: each case's base first, then its copy.</summary>
internal static class HttpVariants
{
    public static IEnumerable<Variant> All() =>
    [
        Of(Variant.Base, HttpCall.CreateClient),
        Of(Variant.Copy, HttpCall.CreateClient),
        Of(Names.Factory, Peers.Factory),
        Of(Names.Discovery, Peers.Discovery),
        Of(Names.Resilience, Peers.Resilience),
        Of(Names.DiscoveryAndResilience, Peers.DiscoveryAndResilience),
        .. MeshRules.EndpointCounts.Select(count => Of(Names.Endpoints(count), terminal => Meshed(terminal, MeshRules.Endpoints(count)))),
        .. RouteKind.Http.SelectMany(kind => kind.Counts.Select(count =>
            Of(Names.Routes(count, kind.By), terminal => Meshed(terminal, kind.Rules(count))))),
        Of(Names.AllPolicies, AllPolicies),
        Of(Names.AllPoliciesByFactory, terminal => MeshClients.ByFactory(terminal, MeshRules.AllHttpPolicies())),
        Of(Names.Metrics, AllPolicies, Listeners.Metrics),
        Of(Names.MetricsAndTrace, AllPolicies, Surroundings.Of(Listeners.Metrics, Listeners.CallersTrace)),
        Of(Names.SampledSpan, AllPolicies, Surroundings.Of(Listeners.Metrics, Listeners.CallersTrace, Listeners.Spans)),
        .. Ways(Names.Buffered, build => new HttpCall(build(new HttpTerminal())) { Completion = HttpCompletionOption.ResponseContentRead }),
        .. Ways(Names.Cancellable, build => new HttpCall(build(new HttpTerminal())) { Token = new CancellationTokenSource().Token }),
        .. Ways(Names.Suspended, build =>
        {
            Gate gate = new();
            return new HttpCall(build(new SuspendingTerminal(gate))) { Gate = gate };
        }),
    ];

    private static Variant Of(string name, Func<HttpMessageHandler, HttpClient> build, Func<IDisposable>? surroundings = null) =>
        new(Names.Http, name, () => new Workload(new HttpCall(build(new HttpTerminal())).SendAsync, surroundings));

    /// <summary>Another way to call, for the variants that matter most.</summary>
    private static IEnumerable<Variant> Ways(string @case, Func<Func<HttpMessageHandler, HttpClient>, HttpCall> call)
    {
        (string Name, Func<HttpMessageHandler, HttpClient> Build)[] ways =
        [
            (Variant.Base, HttpCall.CreateClient),
            (Variant.Copy, HttpCall.CreateClient),
            (Names.DiscoveryAndResilience, Peers.DiscoveryAndResilience),
            (Names.AllPolicies, AllPolicies),
        ];
        return ways.Select(way => new Variant(@case, way.Name, () => new Workload(call(way.Build).SendAsync)));
    }

    private static HttpClient AllPolicies(HttpMessageHandler terminal) => Meshed(terminal, MeshRules.AllHttpPolicies());

    private static HttpClient Meshed(HttpMessageHandler terminal, IConfigurationSection rules) =>
        HttpCall.CreateClient(MeshClients.Handler(terminal, rules));
}
