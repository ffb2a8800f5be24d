using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using static Mesh.Model.Xds.Wire.LoadBalancingPolicy.Types;

namespace Mesh.Model.Xds;

/// <summary>A list of balancers, of which a client takes the first that it knows.</summary>
internal static class BalancingPolicyCodec
{
    // As gRPC has it: lists stand in lists.
    private const int DeepestList = 16;

    private const string Known = "PeakEwma, LeastRequest, RoundRobin, Random and WrrLocality of those";

    private static readonly LoadBalancingSettings s_defaults = new();

    /// <summary>Ends with what every client of xDS knows. Places by weight go around it, for gRPC weighs places nowhere else.</summary>
    public static Wire.LoadBalancingPolicy Encode(LoadBalancingSettings settings, ClientProfile profile) => settings.Policy switch
    {
        BalancingPolicy.PeakEwma when profile is ClientProfile.Mesh =>
            ListOf(new Wire.MeshPeakEwma { DecayTime = settings.DecayTime.ToDuration() }, ByPlace(new Wire.RoundRobin())),
        BalancingPolicy.LeastRequest =>
            ListOf(ByPlace(new Wire.LeastRequest { ChoiceCount = (uint)settings.ChoiceCount }, new Wire.RoundRobin())),
        BalancingPolicy.Random => ListOf(new Wire.Random(), ByPlace(new Wire.RoundRobin())),
        _ => ListOf(ByPlace(new Wire.RoundRobin())),
    };

    /// <summary>Null after a fault.</summary>
    public static LoadBalancingSettings? Decode(Wire.LoadBalancingPolicy list, XdsField at) => Decode(list, at, depth: 0);

    /// <summary>More than the balancer can draw is as many as it can.</summary>
    public static int? Choices(uint? count, XdsField at) =>
        WireValues.Whole(count, least: 2, at) is { } choices ? Math.Min(choices, LoadBalancingSettings.MaxChoiceCount) : null;

    private static LoadBalancingSettings? Decode(Wire.LoadBalancingPolicy list, XdsField at, int depth)
    {
        for (int i = 0; i < list.Policies.Count && depth < DeepestList; i++)
        {
            XdsField configAt = at["policies", i]["typed_extension_config"]["typed_config"];
            if (list.Policies[i].TypedExtensionConfig?.TypedConfig is { } packed && IsKnown(packed))
            {
                return Decode(packed, configAt, depth);
            }
        }

        at["policies"].Fault($"No balancer in the list is known, at most {DeepestList} lists deep; these are: {Known}.");
        return null;
    }

    private static bool IsKnown(Any packed) =>
        packed.Is(Wire.MeshPeakEwma.Descriptor) || packed.Is(Wire.LeastRequest.Descriptor) || packed.Is(Wire.RoundRobin.Descriptor)
        || packed.Is(Wire.Random.Descriptor) || packed.Is(Wire.WrrLocality.Descriptor);

    private static LoadBalancingSettings? Decode(Any packed, XdsField at, int depth)
    {
        if (packed.Is(Wire.WrrLocality.Descriptor))
        {
            return at.Unpack<Wire.WrrLocality>(packed) is { } byPlace
                ? Decode(byPlace.EndpointPickingPolicy ?? new(), at["endpoint_picking_policy"], depth + 1)
                : null;
        }

        if (packed.Is(Wire.MeshPeakEwma.Descriptor))
        {
            return s_defaults with
            {
                Policy = BalancingPolicy.PeakEwma,
                DecayTime = WireValues.Time(at.Unpack<Wire.MeshPeakEwma>(packed)?.DecayTime, at["decay_time"]) ?? s_defaults.DecayTime,
            };
        }

        if (packed.Is(Wire.LeastRequest.Descriptor))
        {
            return s_defaults with
            {
                Policy = BalancingPolicy.LeastRequest,
                ChoiceCount = Choices(at.Unpack<Wire.LeastRequest>(packed)?.ChoiceCount, at["choice_count"]) ?? s_defaults.ChoiceCount,
            };
        }

        return s_defaults with { Policy = packed.Is(Wire.Random.Descriptor) ? BalancingPolicy.Random : BalancingPolicy.RoundRobin };
    }

    private static Wire.WrrLocality ByPlace(params IMessage[] balancers) => new() { EndpointPickingPolicy = ListOf(balancers) };

    private static Wire.LoadBalancingPolicy ListOf(params IMessage[] balancers)
    {
        Wire.LoadBalancingPolicy list = new();
        list.Policies.Add(balancers.Select(balancer => new Policy
        {
            TypedExtensionConfig = new() { Name = balancer.Descriptor.FullName, TypedConfig = Any.Pack(balancer) },
        }));
        return list;
    }
}
