using Mesh.Client.LoadBalancing;
using Mesh.Model;

namespace Mesh.Client.Resilience;

/// <summary>
/// Keeps the retries to a service a small share of its calls, so that they cannot turn its trouble into its collapse.
/// Two budgets must agree: one of the retries in flight (Envoy's), one of those of the last while (Finagle's). However many calls there
/// are, no more than a fixed number of retries is in flight (Envoy's circuit breaker). Thread safe.
/// </summary>
internal sealed class RetryBudget
{
    // Percentages have two decimals: whole numbers count in 1/10,000.
    private const long Scale = 10_000;

    private readonly Lock _acquiring = new();
    private readonly MeshClock _clock;
    private volatile State _state;
    private int _maxActive;
    private int _active;

    /// <param name="settings">The two budgets.</param>
    /// <param name="maxActive">How many retries may be in flight, whatever the budgets allow.</param>
    /// <param name="clock">The clock of the timestamps.</param>
    public RetryBudget(RetryBudgetSettings settings, int maxActive, MeshClock clock)
    {
        _clock = clock;
        _maxActive = maxActive;
        _state = new State(settings, new SlidingCount(settings.Ttl, clock), new SlidingCount(settings.Ttl, clock));
    }

    /// <summary>Retries in flight.</summary>
    public int ActiveRetries => Volatile.Read(ref _active);

    /// <summary>Adds a call, not a retry, to what the budget is measured by.</summary>
    public void RecordCall(long now) => _state.Calls.Record(now);

    /// <summary>Takes one retry out of the budget. False: there is none left. True is owed a <see cref="Release"/> when the retry has ended.</summary>
    /// <param name="now">The timestamp of the retry.</param>
    /// <param name="activeCalls">The service's calls in flight.</param>
    public bool TryAcquire(long now, int activeCalls)
    {
        // Retries are rare next to calls: the lock makes the limits exact.
        lock (_acquiring)
        {
            State state = _state;
            if (_active >= _maxActive || !state.AllowsActive(_active + 1, activeCalls) || !state.AllowsRecent(state.Retries.Total(now) + 1, now))
            {
                return false;
            }

            state.Retries.Record(now);
            Interlocked.Increment(ref _active);
            return true;
        }
    }

    /// <summary>Ends a retry.</summary>
    public void Release() => Interlocked.Decrement(ref _active);

    /// <summary>Changes the limits. What was counted is kept, but for calls that are recorded during the change of <see cref="RetryBudgetSettings.Ttl"/>.</summary>
    public void Update(RetryBudgetSettings settings, int maxActive)
    {
        lock (_acquiring)
        {
            _maxActive = maxActive;
            State state = _state;
            _state = settings.Ttl == state.Settings.Ttl
                ? new State(settings, state.Calls, state.Retries)
                : new State(settings, state.Calls.Resize(settings.Ttl, _clock), state.Retries.Resize(settings.Ttl, _clock));
        }
    }

    /// <summary>The settings in force, and what was counted by their lengths of time.</summary>
    private sealed class State(RetryBudgetSettings settings, SlidingCount calls, SlidingCount retries)
    {
        private readonly long _share = (long)(settings.Percent * Scale / 100);
        private readonly long _reserve = (long)(settings.MinRetriesPerSecond * settings.Ttl.TotalSeconds * Scale);

        public RetryBudgetSettings Settings => settings;

        public SlidingCount Calls => calls;

        public SlidingCount Retries => retries;

        public bool AllowsActive(int retries, int calls) =>
            retries <= settings.MinRetryConcurrency || retries * Scale <= calls * _share;

        public bool AllowsRecent(long retries, long now) => retries * Scale <= (calls.Total(now) * _share) + _reserve;
    }
}
