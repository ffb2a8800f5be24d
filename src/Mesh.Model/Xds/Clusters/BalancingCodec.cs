using Google.Protobuf.WellKnownTypes;
using static Mesh.Model.Xds.Wire.Cluster.Types;

namespace Mesh.Model.Xds;

/// <summary>How an endpoint is chosen.</summary>
internal static class BalancingCodec
{
    private static readonly LoadBalancingSettings s_defaults = new();

    public static void Encode(LoadBalancingSettings settings, ClusterMessages messages, ClientProfile profile)
    {
        messages.Cluster.LoadBalancingPolicy = BalancingPolicyCodec.Encode(settings, profile);
        messages.Cluster.CommonLbConfig = new() { HealthyPanicThreshold = new() { Value = (double)settings.PanicThreshold } };

        // Each balancer says of these what it uses itself.
        bool sayChoices = settings.Policy is not BalancingPolicy.LeastRequest && settings.ChoiceCount != s_defaults.ChoiceCount;
        bool sayDecay = settings.Policy is not BalancingPolicy.PeakEwma && settings.DecayTime != s_defaults.DecayTime;
        messages.Extra.LoadBalancing = WireValues.OrNull(new Wire.MeshClusterMetadata.Types.LoadBalancing
        {
            ChoiceCount = sayChoices ? (uint)settings.ChoiceCount : null,
            DecayTime = sayDecay ? settings.DecayTime.ToDuration() : null,
        });
    }

    public static LoadBalancingSettings Decode(ClusterMessages messages, XdsField at)
    {
        LoadBalancingSettings chosen = messages.Cluster switch
        {
            // An aggregate's own clusters balance.
            { ClusterType: not null, LbPolicy: LbPolicy.ClusterProvided } => s_defaults,
            { LoadBalancingPolicy: { } policies } =>
                BalancingPolicyCodec.Decode(policies, at["load_balancing_policy"]) ?? s_defaults,
            _ => DecodeName(messages.Cluster, at),
        };

        XdsField extraAt = MeshMetadata.At(at)["load_balancing"];
        return chosen with
        {
            ChoiceCount = BalancingPolicyCodec.Choices(messages.Extra.LoadBalancing?.ChoiceCount, extraAt["choice_count"])
                ?? chosen.ChoiceCount,
            DecayTime = WireValues.Time(messages.Extra.LoadBalancing?.DecayTime, extraAt["decay_time"]) ?? chosen.DecayTime,
            PanicThreshold = WireValues.Percent(
                messages.Cluster.CommonLbConfig?.HealthyPanicThreshold?.Value,
                at["common_lb_config"]["healthy_panic_threshold"]) ?? chosen.PanicThreshold,
        };
    }

    private static LoadBalancingSettings DecodeName(Wire.Cluster cluster, XdsField at)
    {
        switch (cluster.LbPolicy)
        {
            case LbPolicy.RoundRobin:
                return s_defaults with { Policy = BalancingPolicy.RoundRobin };
            case LbPolicy.Random:
                return s_defaults with { Policy = BalancingPolicy.Random };
            case LbPolicy.LeastRequest:
                return s_defaults with
                {
                    Policy = BalancingPolicy.LeastRequest,
                    ChoiceCount = BalancingPolicyCodec.Choices(
                        cluster.LeastRequestLbConfig?.ChoiceCount,
                        at["least_request_lb_config"]["choice_count"]) ?? s_defaults.ChoiceCount,
                };
            case LbPolicy.RingHash or LbPolicy.Maglev:
                at["lb_policy"].Warn($"Endpoints are not chosen by hash here, but by {s_defaults.Policy}.");
                return s_defaults;
            default:
                at["lb_policy"].Fault(
                    $"{cluster.LbPolicy} is no balancer; ROUND_ROBIN, LEAST_REQUEST, RANDOM and load_balancing_policy are.");
                return s_defaults;
        }
    }
}
