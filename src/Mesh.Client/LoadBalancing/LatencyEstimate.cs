namespace Mesh.Client.LoadBalancing;

/// <summary>
/// What <see cref="PeakEwma"/> knows, in one word that can be swapped atomically. The upper half is the estimate in
/// seconds as a float, with the sign bit set until it is proven; the lower half is the stamp it was made at, 0 for a seed.
/// </summary>
internal readonly record struct LatencyEstimate(long Bits)
{
    /// <summary>In seconds. Never zero, for a cost of zero would hide how many calls are in flight.</summary>
    public const double Floor = 1e-9;

    /// <summary>One minute. A stamp that is older by less than that is one that another thread overtook.</summary>
    private const uint Overtaken = 600_000;

    /// <summary>True: an assumption, nothing was measured yet. It does not decay.</summary>
    public bool IsSeed => Bits < 0 && Stamp == 0;

    /// <summary>False for a seed, and for an answer that tells more of the caller's start than of the endpoint.</summary>
    public bool IsProven => Bits >= 0;

    /// <summary>The estimate at the time it was made.</summary>
    public double Seconds => Math.Abs(BitConverter.Int32BitsToSingle((int)(Bits >> 32)));

    private uint Stamp => unchecked((uint)Bits);

    /// <summary>An assumption to start from.</summary>
    public static LatencyEstimate Seed(double seconds) => new(Pack(-Math.Max(seconds, Floor), 0));

    /// <summary>An answer that is not to be relied on.</summary>
    public static LatencyEstimate Cold(double seconds, uint stamp) => new(Pack(-Math.Max(seconds, Floor), Math.Max(stamp, 1)));

    /// <summary>The estimate that follows on this one. Its stamp never goes back.</summary>
    public LatencyEstimate Next(double seconds, uint stamp) =>
        new(Pack(Math.Max(seconds, Floor), IsSeed ? stamp : Stamp + Elapsed(stamp)));

    /// <summary>The part of the estimate that is left at a stamp.</summary>
    public double Left(uint stamp, Decay decay) => decay.Over(Elapsed(stamp));

    // The difference is unsigned, so it stays right when the stamps come round.
    private uint Elapsed(uint stamp)
    {
        uint elapsed = unchecked(stamp - Stamp);
        return elapsed > uint.MaxValue - Overtaken ? 0 : elapsed;
    }

    private static long Pack(double seconds, uint stamp) => ((long)BitConverter.SingleToInt32Bits((float)seconds) << 32) | stamp;
}
