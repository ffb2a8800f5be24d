namespace Mesh.Model.Documents;

/// <summary>The settings of <c>LoadBalancing</c>.</summary>
internal static class LoadBalancingSchema
{
    public static Section<LoadBalancingSettings> Section { get; } = new(new LoadBalancingSettings())
    {
        {
            "Policy", "The load balancer.",
            Choices.Of<BalancingPolicy>(
                new("PeakEwma", BalancingPolicy.PeakEwma),
                new("RoundRobin", BalancingPolicy.RoundRobin),
                new("Random", BalancingPolicy.Random),
                new("LeastRequest", BalancingPolicy.LeastRequest)),
            b => b.Policy, (b, v) => b with { Policy = v }
        },
        {
            "ChoiceCount", "LeastRequest draws so many endpoints, and takes the best of them.",
            Numbers.Whole(2, LoadBalancingSettings.MaxChoiceCount), b => b.ChoiceCount, (b, v) => b with { ChoiceCount = v }
        },
        { "DecayTime", "How fast a latency is forgotten.", Durations.Any, b => b.DecayTime, (b, v) => b with { DecayTime = v } },
        {
            "PanicThreshold", "With less than this share of the endpoints ready, in per cent, ejections are ignored. 0 turns that off.",
            Numbers.Percent, b => b.PanicThreshold, (b, v) => b with { PanicThreshold = v }
        },
    };
}
