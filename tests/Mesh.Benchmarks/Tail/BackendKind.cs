namespace Mesh.Benchmarks.Tail;

/// <summary>What a backend is like.</summary>
/// <param name="Slots">How many calls it works on at a time.</param>
/// <param name="SlowDown">How many times as long as a healthy one it takes for a call.</param>
/// <param name="FailureShare">The share of calls that it answers at once with 503.</param>
internal sealed record BackendKind(int Slots, int SlowDown = 1, double FailureShare = 0)
{
    private const int Few = 2;
    private const int Slow = 20;

    public static BackendKind Healthy { get; } = new(Few);

    /// <summary>Its capacity is a twentieth, too: its share of the calls is more than it can ever work off.</summary>
    public static BackendKind SlowAndSmall { get; } = new(Few, Slow);

    /// <summary>As slow, with so many slots more that it can work off its share.</summary>
    public static BackendKind SlowAlone { get; } = new(Few * Slow, Slow);

    public static BackendKind FailsHalf { get; } = new(Few, FailureShare: 0.5);

    /// <summary>Calls a second.</summary>
    public double Capacity => Slots / (Traffic.MeanWork.TotalSeconds * SlowDown);
}
