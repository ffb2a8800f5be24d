using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Tests.LoadBalancing;

/// <summary>An endpoint that is nothing but its numbers.</summary>
internal sealed class FakeEndpoint(MeshClock clock, int weight = 1, TimeSpan seed = default, ulong hash = 0) : BalancedEndpoint(clock, seed)
{
    public override int Weight => weight;

    public override ulong Hash => hash;

    public static FakeEndpoint[] Set(MeshClock clock, params int[] weights) =>
        Array.ConvertAll(weights, weight => new FakeEndpoint(clock, weight));

    /// <summary>Begins so many calls.</summary>
    public void Enter(int calls)
    {
        for (int call = 0; call < calls; call++)
        {
            Enter();
        }
    }
}
