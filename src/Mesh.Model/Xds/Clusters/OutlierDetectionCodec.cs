using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>When an endpoint that fails is left out, and for how long.</summary>
internal static class OutlierDetectionCodec
{
    private static readonly OutlierDetectionSettings s_defaults = new();

    public static void Encode(OutlierDetectionSettings settings, ClusterMessages messages)
    {
        messages.Cluster.OutlierDetection = Standard(settings);
        messages.Extra.OutlierDetection = WireValues.OrNull(new Wire.MeshClusterMetadata.Types.OutlierDetection
        {
            EjectionJitter = settings.EjectionJitter.Equals(s_defaults.EjectionJitter) ? null : settings.EjectionJitter,
            MinReadyEndpoints = settings.MinReadyEndpoints == s_defaults.MinReadyEndpoints ? null : (uint)settings.MinReadyEndpoints,
            MaxEjectionPercent = decimal.IsInteger(settings.MaxEjectionPercent) ? null : (double)settings.MaxEjectionPercent,
        });
    }

    /// <summary>gRPC ejects by other signs than errors in a row, and does so unless told otherwise once it is told anything.</summary>
    public static void EncodeForGrpc(OutlierDetectionSettings settings, Wire.Cluster cluster) =>
        cluster.OutlierDetection = settings.ConsecutiveErrors == 0 ? null : Standard(settings);

    /// <summary>A server that says nothing of it, as Istio's to gRPC clients, leaves it as the settings have it by default: on.</summary>
    public static OutlierDetectionSettings Decode(ClusterMessages messages, XdsField at)
    {
        Wire.OutlierDetection standard = messages.Cluster.OutlierDetection ?? new();
        XdsField standardAt = at["outlier_detection"];
        if (standard.EnforcingSuccessRate > 0 || standard.EnforcingFailurePercentage > 0)
        {
            standardAt.Warn("Endpoints are ejected for errors in a row, not by the share of calls that fail.");
        }

        if (standard.EnforcingConsecutiveGatewayFailure > 0)
        {
            standardAt["consecutive_gateway_failure"].Warn("Of errors in a row consecutive_5xx alone counts, which has these as well.");
        }

        Wire.MeshClusterMetadata.Types.OutlierDetection? extra = messages.Extra.OutlierDetection;
        XdsField extraAt = MeshMetadata.At(at)["outlier_detection"];
        (TimeSpan first, TimeSpan longest) = Times(standard, standardAt);
        return new()
        {
            ConsecutiveErrors = standard.EnforcingConsecutive5Xx == 0
                ? 0
                : WireValues.Whole(standard.Consecutive5Xx, 0, standardAt["consecutive_5xx"]) ?? s_defaults.ConsecutiveErrors,
            BaseEjectionTime = first,
            MaxEjectionTime = longest,
            EjectionJitter = WireValues.Between(extra?.EjectionJitter, 1, extraAt["ejection_jitter"]) ?? s_defaults.EjectionJitter,
            MaxEjectionPercent = WireValues.Percent(extra?.MaxEjectionPercent, extraAt["max_ejection_percent"])
                ?? WireValues.Percent(standard.MaxEjectionPercent, standardAt["max_ejection_percent"])
                ?? s_defaults.MaxEjectionPercent,
            MinReadyEndpoints =
                WireValues.Whole(extra?.MinReadyEndpoints, 0, extraAt["min_ready_endpoints"]) ?? s_defaults.MinReadyEndpoints,
        };
    }

    private static Wire.OutlierDetection Standard(OutlierDetectionSettings settings) => new()
    {
        Consecutive5Xx = settings.ConsecutiveErrors == 0 ? null : (uint)settings.ConsecutiveErrors,
        EnforcingConsecutive5Xx = settings.ConsecutiveErrors == 0 ? 0u : null,
        EnforcingSuccessRate = 0,
        BaseEjectionTime = settings.BaseEjectionTime.ToDuration(),
        MaxEjectionTime = settings.MaxEjectionTime.ToDuration(),
        MaxEjectionPercent = (uint)settings.MaxEjectionPercent,
        AlwaysEjectOneHost = true,
    };

    /// <summary>A default never contradicts what is given.</summary>
    private static (TimeSpan First, TimeSpan Longest) Times(Wire.OutlierDetection standard, XdsField at)
    {
        TimeSpan? first = WireValues.Time(standard.BaseEjectionTime, at["base_ejection_time"]);
        TimeSpan? longest = WireValues.Time(standard.MaxEjectionTime, at["max_ejection_time"]);
        if (first > longest)
        {
            at["max_ejection_time"].Fault(
                $"{Durations.Format(longest.Value)} is shorter than base_ejection_time, {Durations.Format(first.Value)}.");
        }

        return (
            first ?? Least(s_defaults.BaseEjectionTime, longest ?? s_defaults.MaxEjectionTime),
            longest ?? Most(s_defaults.MaxEjectionTime, first ?? s_defaults.BaseEjectionTime));
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Most(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
