using Google.Protobuf.Collections;
using static Mesh.Model.Xds.Wire.CircuitBreakers.Types;

namespace Mesh.Model.Xds;

/// <summary>Limits on what is in flight: those of the default priority, the only one that the mesh has.</summary>
internal static class CircuitBreakerCodec
{
    private static readonly CircuitBreakerSettings s_defaults = new();

    public static void Encode(CircuitBreakerSettings settings, RetryBudgetSettings budget, ClusterMessages messages)
    {
        Thresholds thresholds = new()
        {
            MaxRequests = (uint)settings.MaxRequests,
            MaxPendingRequests = (uint)settings.MaxPendingRequests,
            MaxConnections = (uint)settings.MaxConnections,
            MaxRetries = (uint)settings.MaxRetries,
        };
        RetryBudgetCodec.Encode(budget, thresholds, messages.Extra);
        messages.Cluster.CircuitBreakers = new() { Thresholds = { thresholds } };
    }

    /// <summary>
    /// Where others have their own defaults (Envoy: 1024 connections, 3 retries) and a server relies on them, those of the settings hold.
    /// Envoy counts connections to all endpoints together, the mesh those to each: the same number allows more here.
    /// </summary>
    public static CircuitBreakerSettings Decode(Wire.Cluster cluster, XdsField at)
    {
        (Thresholds limits, XdsField limitsAt) = Find(cluster, at);
        return new()
        {
            MaxRequests = WireValues.Whole(limits.MaxRequests, 1, limitsAt["max_requests"]) ?? s_defaults.MaxRequests,
            MaxPendingRequests =
                WireValues.Whole(limits.MaxPendingRequests, 0, limitsAt["max_pending_requests"]) ?? s_defaults.MaxPendingRequests,
            MaxConnections = WireValues.Whole(limits.MaxConnections, 1, limitsAt["max_connections"]) ?? s_defaults.MaxConnections,
            MaxRetries = WireValues.Whole(limits.MaxRetries, 0, limitsAt["max_retries"]) ?? s_defaults.MaxRetries,
        };
    }

    /// <summary>Empty where there are none.</summary>
    public static (Thresholds Limits, XdsField At) Find(Wire.Cluster cluster, XdsField at)
    {
        RepeatedField<Thresholds> all = cluster.CircuitBreakers?.Thresholds ?? [];
        int index = all.TakeWhile(limits => limits.Priority is not Wire.RoutingPriority.Default).Count();
        return (index < all.Count ? all[index] : new(), at["circuit_breakers"]["thresholds", index]);
    }
}
