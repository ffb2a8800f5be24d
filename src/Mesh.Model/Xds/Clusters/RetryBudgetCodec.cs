using Google.Protobuf.WellKnownTypes;
using static Mesh.Model.Xds.Wire.CircuitBreakers.Types;

namespace Mesh.Model.Xds;

/// <summary>How many retries a service's callers may add to its load.</summary>
internal static class RetryBudgetCodec
{
    private static readonly RetryBudgetSettings s_defaults = new();

    public static void Encode(RetryBudgetSettings settings, Thresholds thresholds, Wire.MeshClusterMetadata extra)
    {
        thresholds.RetryBudget = new()
        {
            BudgetPercent = new() { Value = (double)settings.Percent },
            MinRetryConcurrency = (uint)settings.MinRetryConcurrency,
        };
        extra.RetryBudget = WireValues.OrNull(new Wire.MeshClusterMetadata.Types.RetryBudget
        {
            MinRetriesPerSecond =
                settings.MinRetriesPerSecond == s_defaults.MinRetriesPerSecond ? null : (uint)settings.MinRetriesPerSecond,
            Ttl = settings.Ttl == s_defaults.Ttl ? null : settings.Ttl.ToDuration(),
        });
    }

    public static RetryBudgetSettings Decode(ClusterMessages messages, XdsField at)
    {
        (Thresholds limits, XdsField limitsAt) = CircuitBreakerCodec.Find(messages.Cluster, at);
        Thresholds.Types.RetryBudget? budget = limits.RetryBudget;
        XdsField budgetAt = limitsAt["retry_budget"];
        Wire.MeshClusterMetadata.Types.RetryBudget? extra = messages.Extra.RetryBudget;
        XdsField extraAt = MeshMetadata.At(at)["retry_budget"];
        return new()
        {
            Percent = WireValues.Percent(budget?.BudgetPercent?.Value, budgetAt["budget_percent"]) ?? s_defaults.Percent,
            MinRetryConcurrency =
                WireValues.Whole(budget?.MinRetryConcurrency, 0, budgetAt["min_retry_concurrency"]) ?? s_defaults.MinRetryConcurrency,
            MinRetriesPerSecond =
                WireValues.Whole(extra?.MinRetriesPerSecond, 0, extraAt["min_retries_per_second"]) ?? s_defaults.MinRetriesPerSecond,
            Ttl = WireValues.Time(extra?.Ttl, extraAt["ttl"]) ?? s_defaults.Ttl,
        };
    }
}
