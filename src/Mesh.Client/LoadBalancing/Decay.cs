namespace Mesh.Client.LoadBalancing;

/// <summary>How fast a latency is forgotten: after a time Δ the part e^(-Δ/τ) of it is left.</summary>
internal readonly struct Decay
{
    /// <summary>Up to here three terms of the series are exact to 3·10⁻⁹, and a third of the cost of <see cref="Math.Exp"/>.</summary>
    private const double Small = 1.0 / 64;

    private readonly double _perStamp;

    /// <param name="time">τ, the time constant.</param>
    public Decay(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        _perStamp = 1 / (time.TotalSeconds * MeshClock.StampsPerSecond);
    }

    /// <summary>The part that is left after a difference of stamps (<see cref="MeshClock.ToStamp"/>).</summary>
    public double Over(uint stamps)
    {
        double x = stamps * _perStamp;
        return x < Small ? 1 - x + (x * x * (0.5 - (x * (1.0 / 6)))) : Math.Exp(-x);
    }
}
