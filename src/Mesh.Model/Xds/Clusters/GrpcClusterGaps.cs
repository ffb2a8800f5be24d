using System.Collections.Immutable;

namespace Mesh.Model.Xds;

/// <summary>What gRPC clients do not honour of a cluster.</summary>
internal static class GrpcClusterGaps
{
    private static readonly MeshService s_defaults = new();

    public static ImmutableArray<CapabilityGap> Of(MeshService service) => [.. All(service)];

    private static IEnumerable<CapabilityGap> All(MeshService service)
    {
        if (service.LoadBalancing.Policy is BalancingPolicy.PeakEwma or BalancingPolicy.Random)
        {
            yield return new(
                "loadBalancing:policy", $"gRPC clients do not know {service.LoadBalancing.Policy}. They take the endpoints in turn.");
        }

        if (service.LoadBalancing.PanicThreshold != s_defaults.LoadBalancing.PanicThreshold)
        {
            yield return new("loadBalancing:panicThreshold", "gRPC clients do not know a panic threshold.");
        }

        if (service.OutlierDetection.ConsecutiveErrors > 0)
        {
            yield return new("outlierDetection", "gRPC clients do not eject an endpoint for errors in a row.");
        }

        if (service.CircuitBreaker with { MaxRequests = s_defaults.CircuitBreaker.MaxRequests } != s_defaults.CircuitBreaker)
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
