using Mesh.Client.LoadBalancing;

namespace Mesh.Client.Tests.LoadBalancing;

/// <summary>An endpoint that is nothing but its numbers.</summary>
internal sealed class FakeEndpoint(MeshClock clock, int weight = 1) : IBalancedEndpoint
{
    private int _active;

    public PeakEwma Latency { get; init; } = new(clock);

    public int ActiveRequests
    {
        get => Volatile.Read(ref _active);
        set => Volatile.Write(ref _active, value);
    }

    public int Weight => weight;

    public static FakeEndpoint[] Set(MeshClock clock, params int[] weights) =>
        Array.ConvertAll(weights, weight => new FakeEndpoint(clock, weight));

    public void Begin() => Interlocked.Increment(ref _active);

    public void End() => Interlocked.Decrement(ref _active);
}
