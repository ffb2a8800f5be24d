using System.Collections.Immutable;

namespace Mesh.Model.Explanations;

/// <summary>Explains where a route of a service sends its requests.</summary>
internal sealed class TargetExplainer(MeshService service, Func<string, MeshService?> peer, bool isHttps, bool isGrpc)
{
    // gRPC is HTTP/2; other requests go by HttpClient's default, for the request does not say.
    private EndpointProtocols Unwanted => isGrpc ? EndpointProtocols.Http1 : EndpointProtocols.Http2;

    public IEnumerable<TargetExplanation> Explain(MeshRoute route, double routeOdds)
    {
        ImmutableArray<RouteTarget> targets = route.To.IsEmpty ? [new RouteTarget()] : [.. route.To.Where(target => target.Weight > 0)];
        long total = targets.Sum(target => (long)target.Weight);
        return targets.Select(target => Explain(target, (double)target.Weight / total, routeOdds));
    }

    private TargetExplanation Explain(RouteTarget target, double share, double routeOdds)
    {
        string name = target.Service ?? service.Name;
        MeshService? owner = target.Service is null ? service : peer(target.Service);
        TargetExplanation explanation = new()
        {
            Service = name, Subset = target.Subset, Share = share, Odds = share * routeOdds, Endpoints = [],
        };
        if (owner is null)
        {
            return explanation with { Failure = $"The mesh has no service {name}: these requests fail with 503." };
        }

        if (owner.Endpoints is not { } all)
        {
            return explanation with
            {
                Remark = $"{name} is given no endpoints here: clients find them in their own sources, such as their settings.",
            };
        }

        ImmutableArray<MeshEndpoint> inSubset =
            target.Subset is { } subset ? [.. all.Where(MeshSubset.Named(owner, subset).Contains)] : all;
        ImmutableArray<MeshEndpoint> ofScheme = [.. inSubset.Where(endpoint => Takes(owner, endpoint, inSubset))];
        ImmutableArray<MeshEndpoint> usable = [.. ofScheme.Where(endpoint => endpoint.Protocols != Unwanted)];
        return explanation with
        {
            Failure = all.IsEmpty
                ? $"Service {name} has no endpoints: these requests fail with 503."
                : inSubset.IsEmpty ? $"No endpoint of {name} is in subset {target.Subset}: these requests fail with 503."
                : ofScheme.IsEmpty ? $"No endpoint takes calls by {(isHttps ? "https" : "http")}: these requests fail with 503."
                : usable.IsEmpty && isGrpc ? $"No endpoint of {name} speaks HTTP/2, which gRPC needs: these calls fail as UNAVAILABLE."
                : usable.IsEmpty ? $"No endpoint of {name} speaks HTTP/1.1, by which HttpClient sends unless it is told to use HTTP/2: these requests fail with 503."
                : null,
            Endpoints = [.. Odds(name, usable, explanation.Odds)],
        };
    }

    private static IEnumerable<EndpointOdds> Odds(string name, ImmutableArray<MeshEndpoint> endpoints, double odds)
    {
        (int, int) first = endpoints.Select(endpoint => endpoint.Rank).DefaultIfEmpty().Min();
        long total = endpoints.Where(endpoint => endpoint.Rank == first).Sum(endpoint => (long)endpoint.Weight);
        return endpoints.Select(endpoint => new EndpointOdds
        {
            Service = name,
            Address = endpoint.Address,
            Version = endpoint.Version,
            Priority = endpoint.Priority,
            Odds = endpoint.Rank == first ? odds * endpoint.Weight / total : 0,
        });
    }

    // As the client does: over TLS calls by http go to endpoints for https, too, and then not to those for http.
    private bool Takes(MeshService owner, MeshEndpoint endpoint, ImmutableArray<MeshEndpoint> all) => (isHttps, endpoint.Scheme) switch
    {
        (_, EndpointScheme.Any) => true,
        (true, var scheme) => scheme == EndpointScheme.Https,
        (false, EndpointScheme.Https) => IsSecure(owner, endpoint),
        (false, _) => !(IsSecure(owner, endpoint) && all.Any(other => other.Scheme == EndpointScheme.Https && IsSecure(owner, other))),
    };

    private static bool IsSecure(MeshService owner, MeshEndpoint endpoint) =>
        (endpoint.Tls ?? owner.Tls?.ModeInForce() ?? TlsMode.Disabled) != TlsMode.Disabled;
}
