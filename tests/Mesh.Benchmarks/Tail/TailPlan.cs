namespace Mesh.Benchmarks.Tail;

/// <summary>How much is simulated.</summary>
/// <param name="Rounds">Runs of each variant of each case, each with other calls.</param>
/// <param name="Calls">Calls in a run.</param>
internal sealed record TailPlan(int Rounds, int Calls)
{
    public static TailPlan Full { get; } = new(15, 100_000);

    public static TailPlan Quick { get; } = new(3, 10_000);
}
