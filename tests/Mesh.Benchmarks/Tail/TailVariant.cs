using Mesh.Benchmarks.Measuring;
using Microsoft.Extensions.Configuration;

namespace Mesh.Benchmarks.Tail;

/// <summary>Rules under which the mesh makes the calls of a case.</summary>
/// <param name="Name">As reports call it.</param>
/// <param name="Rules">The <c>Mesh</c> section.</param>
internal sealed record TailVariant(string Name, Func<IConfigurationSection> Rules)
{
    /// <summary>What the mesh does where nothing is said of balancing, retries and ejection.</summary>
    public static TailVariant Mesh { get; } = new("mesh as by default", () => TailRules.WithDefaults("PeakEwma"));

    /// <summary>The base is round robin alone. Its copy gets other calls, for what the sample of calls decides is what a run cannot tell.</summary>
    public static IReadOnlyList<TailVariant> All { get; } =
    [
        new(Variant.Base, () => TailRules.BalancerAlone("RoundRobin")),
        new(Variant.Copy, () => TailRules.BalancerAlone("RoundRobin")),
        new("random", () => TailRules.BalancerAlone("Random")),
        new("least request", () => TailRules.BalancerAlone("LeastRequest")),
        new("peak EWMA", () => TailRules.BalancerAlone("PeakEwma")),
        new("round robin, rest by default", () => TailRules.WithDefaults("RoundRobin")),
        Mesh,
    ];

    public bool IsBase => Name == Variant.Base;

    public bool IsCopy => Name == Variant.Copy;
}
