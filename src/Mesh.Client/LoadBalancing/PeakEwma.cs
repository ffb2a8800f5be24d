namespace Mesh.Client.LoadBalancing;

/// <summary>
/// How long an endpoint takes to answer: a moving average over time that jumps up to each peak at once and forgets it
/// slowly (Peak EWMA, as in Finagle and Linkerd). Thread safe; never allocates. Not to be copied: it changes in place.
/// </summary>
internal struct PeakEwma
{
    /// <summary>Recorded for a failure in place of its latency, so that failing fast does not attract calls.</summary>
    public static readonly TimeSpan DefaultPenalty = TimeSpan.FromSeconds(5);

    /// <summary>The longest penalty that a server can ask for.</summary>
    public static readonly TimeSpan MaxPenalty = TimeSpan.FromSeconds(300);

    /// <summary>A sample with a smaller share would drown in a float's rounding. It is left out, and the next one weighs the more.</summary>
    private const double MinShare = 1e-5;

    private readonly MeshClock _clock;
    private long _bits;

    /// <param name="clock">Converts the timestamps that the methods get.</param>
    /// <param name="seed">What to assume until the first sample: the median of the endpoint's peers when it joined them.</param>
    public PeakEwma(MeshClock clock, TimeSpan seed = default)
    {
        _clock = clock;
        _bits = LatencyEstimate.Seed(seed.TotalSeconds).Bits;
    }

    /// <summary>False while there is only the seed.</summary>
    public bool HasSample => !Load().IsSeed;

    /// <summary>False while there is only the seed, or an answer that came cold.</summary>
    public bool IsProven => Load().IsProven;

    /// <summary>
    /// The estimate that a pick goes by, in seconds. After an answer that came cold it is next to nothing, so that a second call soon finds
    /// out how fast the endpoint is: that answer would keep calls away for many times τ.
    /// </summary>
    public double ReadForPick(long now, Decay decay)
    {
        LatencyEstimate estimate = Load();
        return estimate is { IsProven: false, IsSeed: false } ? LatencyEstimate.Floor : Math.Max(LatencyEstimate.Floor, Projected(estimate, _clock.ToStamp(now), decay));
    }

    /// <summary>The estimate in seconds: v·e^(-Δ/τ), v being the last one, made Δ ago.</summary>
    public double Read(long now, Decay decay) =>
        Math.Max(LatencyEstimate.Floor, Projected(Load(), _clock.ToStamp(now), decay));

    /// <summary>Records an answer: a latency x above the projected estimate replaces it, any other gives v·e^(-Δ/τ) + x·(1 - e^(-Δ/τ)).</summary>
    /// <param name="latency">x.</param>
    /// <param name="now">The timestamp of the answer.</param>
    /// <param name="decay">How fast the average forgets.</param>
    /// <param name="isCold">
    /// True: it took as long as the caller's own start did, such as compiling. As the endpoint's first answer it is replaced by the next one.
    /// </param>
    public void Observe(TimeSpan latency, long now, Decay decay, bool isCold = false)
    {
        uint stamp = _clock.ToStamp(now);
        double sample = latency.TotalSeconds;
        LatencyEstimate last;
        double next;
        do
        {
            last = Load();
            double left = last.IsProven ? last.Left(stamp, decay) : 0;
            double projected = last.Seconds * left;
            double share = 1 - left;
            if (sample <= projected && share < MinShare)
            {
                return;
            }

            next = sample > projected ? sample : projected + (sample * share);
        }
        while (!TryStore(last, isCold && !last.IsProven ? LatencyEstimate.Cold(next, stamp) : last.Next(next, stamp)));
    }

    /// <summary>Forgets what was measured: the next sample is the first.</summary>
    public void Reset() => Volatile.Write(ref _bits, LatencyEstimate.Seed(0).Bits);

    /// <summary>Records that a call was given up before its answer came: the estimate can only rise.</summary>
    public void ObserveAtLeast(TimeSpan elapsed, long now, Decay decay)
    {
        uint stamp = _clock.ToStamp(now);
        double bound = elapsed.TotalSeconds;
        LatencyEstimate last;
        do
        {
            last = Load();
            if (bound <= Projected(last, stamp, decay))
            {
                return;
            }
        }
        while (!TryStore(last, last.Next(bound, stamp)));
    }

    /// <summary>Records a failure as if it had taken <see cref="DefaultPenalty"/>.</summary>
    /// <param name="now">The timestamp of the failure.</param>
    /// <param name="decay">How fast the average forgets.</param>
    /// <param name="retryAfter">The server's wish to be left alone. It counts when longer, up to <see cref="MaxPenalty"/>.</param>
    public void ObserveFailure(long now, Decay decay, TimeSpan retryAfter = default) =>
        ObserveAtLeast(retryAfter < DefaultPenalty ? DefaultPenalty : retryAfter > MaxPenalty ? MaxPenalty : retryAfter, now, decay);

    private static double Projected(LatencyEstimate estimate, uint stamp, Decay decay) =>
        estimate.IsSeed ? estimate.Seconds : estimate.Seconds * estimate.Left(stamp, decay);

    private LatencyEstimate Load() => new(Volatile.Read(ref _bits));

    private bool TryStore(LatencyEstimate last, LatencyEstimate next) =>
        Interlocked.CompareExchange(ref _bits, next.Bits, last.Bits) == last.Bits;
}
