using Mesh.Client.LoadBalancing;
using Mesh.Model;

namespace Mesh.Client.Resilience;

/// <summary>
/// Whether one endpoint is in, out, or on probation. It goes out after failures in a row, for a time that doubles with each
/// ejection in a row. After that exactly one call, the probe, decides whether it comes back or goes out for longer. Thread safe.
/// Not to be copied: it changes in place.
/// </summary>
/// <remarks>Answers to other calls than the probe are ignored until the endpoint is back: they were sent before it was put out.</remarks>
internal struct EjectionState(MeshClock clock)
{
    private const long Ready = 0;
    private const long Probing = -1;
    private const long Due = 1;

    // Ready, Probing, or the timestamp at which the ejection ends.
    private long _state;
    private int _failures;
    private int _ejections;

    /// <summary>True while calls may be sent to the endpoint as to any other.</summary>
    public bool IsReady => Volatile.Read(ref _state) == Ready;

    /// <summary>True while a probe is on its way.</summary>
    public bool IsProbing => Volatile.Read(ref _state) == Probing;

    /// <summary>True once the ejection is over and no probe is on its way.</summary>
    public bool IsProbeDue(long now) => Volatile.Read(ref _state) is > Ready and long until && now >= until;

    /// <summary>Failures in a row.</summary>
    public int ConsecutiveFailures => Volatile.Read(ref _failures);

    /// <summary>Ejections since the endpoint was last in.</summary>
    public int ConsecutiveEjections => Volatile.Read(ref _ejections);

    /// <summary>Records the success of a call that was not a probe.</summary>
    public void OnSuccess()
    {
        // Reading first keeps the cache line shared while all is well.
        if (Volatile.Read(ref _failures) != 0 && IsReady)
        {
            Volatile.Write(ref _failures, 0);
        }
    }

    /// <summary>Records the failure of a call that was not a probe. True: the endpoint should be ejected, if the others allow it.</summary>
    public bool OnFailure(OutlierDetectionSettings settings) =>
        IsReady && Interlocked.Increment(ref _failures) >= settings.ConsecutiveErrors && settings.ConsecutiveErrors > 0;

    /// <summary>Puts a ready endpoint out. False: another call has done so already.</summary>
    public bool TryEject(long now, OutlierDetectionSettings settings, Random random, out TimeSpan duration) =>
        TryEject(Ready, now, settings, random, out duration);

    /// <summary>True for one caller once the ejection is over. It owes the outcome of its call to one of the methods below.</summary>
    public bool TryBeginProbe(long now)
    {
        long until = Volatile.Read(ref _state);
        return until > Ready && now >= until && Interlocked.CompareExchange(ref _state, Probing, until) == until;
    }

    /// <summary>The probe succeeded: the endpoint is back, with a clean record.</summary>
    public void OnProbeSuccess()
    {
        if (Volatile.Read(ref _state) == Probing)
        {
            _failures = 0;
            _ejections = 0;
            Volatile.Write(ref _state, Ready);
        }
    }

    /// <summary>The probe failed: the endpoint stays out, for the next longer time, which is returned.</summary>
    public TimeSpan OnProbeFailure(long now, OutlierDetectionSettings settings, Random random)
    {
        TryEject(Probing, now, settings, random, out TimeSpan duration);
        return duration;
    }

    /// <summary>The probe was given up, or never sent: another call may be it.</summary>
    /// <param name="until">The timestamp from which on; by default at once.</param>
    public void OnProbeAbandoned(long until = Due) => Interlocked.CompareExchange(ref _state, Math.Max(Due, until), Probing);

    private bool TryEject(long from, long now, OutlierDetectionSettings settings, Random random, out TimeSpan duration)
    {
        duration = EjectionRules.Duration(ConsecutiveEjections, settings, random.NextDouble());
        long until = Math.Max(Due, now + clock.ToTicks(duration));
        if (Interlocked.CompareExchange(ref _state, until, from) != from)
        {
            duration = TimeSpan.Zero;
            return false;
        }

        Interlocked.Increment(ref _ejections);
        return true;
    }
}
