namespace Mesh.Client.LoadBalancing;

/// <summary>What a balancer knows of an endpoint. The numbers of a call's path lie side by side in the object itself: with thousands of endpoints each step to another object is a cache miss.</summary>
/// <param name="clock">Converts the timestamps of latencies.</param>
/// <param name="seed">What to assume of its latency until the first answer: the median of its peers when it joined them.</param>
internal abstract class BalancedEndpoint(MeshClock clock, TimeSpan seed)
{
    /// <summary>How long the endpoint takes to answer.</summary>
    public PeakEwma Latency = new(clock, seed);

    private int _active;

    /// <summary>Calls in flight to it, until the last byte of the answer's body.</summary>
    public int ActiveRequests => Volatile.Read(ref _active);

    /// <summary>Its share of the traffic relative to the others, from 1. Read when a balancer is built.</summary>
    public abstract int Weight { get; }

    /// <summary>What keys are held against; the same in every process that has the endpoint.</summary>
    public abstract ulong Hash { get; }

    /// <summary>A call to it begins.</summary>
    public void Enter() => Interlocked.Increment(ref _active);

    /// <summary>A call to it has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _active);
}
