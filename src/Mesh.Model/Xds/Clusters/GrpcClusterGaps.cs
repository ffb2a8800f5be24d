using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>What gRPC clients do not honour of a cluster. Of defaults, which are nobody's wish, nothing is told.</summary>
internal static class GrpcClusterGaps
{
    // gRFC A48.
    private const int MostChoices = 10;

    private static readonly MeshService s_defaults = new();

    public static ImmutableArray<CapabilityGap> Of(MeshService service) => [.. All(service)];

    private static IEnumerable<CapabilityGap> All(MeshService service)
    {
        if (service.LoadBalancing.Policy is BalancingPolicy.Random)
        {
            yield return new("loadBalancing:policy", "gRPC clients do not know Random. They take the endpoints in turn.");
        }

        if (service.LoadBalancing.Policy is BalancingPolicy.LeastRequest)
        {
            yield return new(
                "loadBalancing:policy", "Not every gRPC client knows LeastRequest. Those that do not take the endpoints in turn.");
        }

        if (service.LoadBalancing is { Policy: BalancingPolicy.LeastRequest, ChoiceCount: > MostChoices })
        {
            yield return new("loadBalancing:choiceCount", $"gRPC clients draw at most {MostChoices} endpoints.");
        }

        if (service.LoadBalancing.PanicThreshold != s_defaults.LoadBalancing.PanicThreshold)
        {
            yield return new("loadBalancing:panicThreshold", "gRPC clients do not know a panic threshold.");
        }

        if (service.OutlierDetection.ConsecutiveErrors > 0
            && service.OutlierDetection.ConsecutiveErrors != s_defaults.OutlierDetection.ConsecutiveErrors)
        {
            yield return new("outlierDetection", "gRPC clients do not eject an endpoint for errors in a row.");
        }

        CircuitBreakerSettings known = s_defaults.CircuitBreaker with
        {
            MaxRequests = service.CircuitBreaker.MaxRequests, MaxPendingRequests = 0,
        };
        if (service.CircuitBreaker != s_defaults.CircuitBreaker && service.CircuitBreaker != known)
        {
            yield return new("circuitBreaker", "Of these limits gRPC clients know maxRequests only. Calls beyond it fail at once.");
        }

        if (service.RetryBudget != s_defaults.RetryBudget)
        {
            yield return new("retryBudget", "gRPC clients do not know a budget for retries.");
        }

        if (service.HealthCheck is not null)
        {
            yield return new("healthCheck", "gRPC clients do not ask endpoints whether they are well.");
        }
    }
}
