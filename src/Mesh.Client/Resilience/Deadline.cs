namespace Mesh.Client.Resilience;

/// <summary>
/// The time that one call has, as a whole and for each attempt, as a cancellation token that the caller's own token feeds too.
/// Reused from call to call: the timer is left running and looks, when it fires, whether the deadline of that moment has come, so
/// that a call which ends in time costs no timer operation.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private const long None = 0;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private CancellationTokenSource _source = new();
    private CancellationToken _caller;
    private CancellationTokenRegistration _link;
    private Action<object>? _onTotal;
    private object? _state;
    private long _total;
    private long _due;
    private long _armed;

    public Deadline(TimeProvider time)
    {
        _time = time;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((Deadline)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public CancellationToken Token => _source.Token;

    /// <summary>True once the whole call's time is over.</summary>
    public bool TotalIsOver { get; private set; }

    /// <summary>True once the attempt's time is over.</summary>
    public bool AttemptIsOver { get; private set; }

    /// <summary>Begins a call. Its time does not run until <see cref="StartAttempt"/>, or <see cref="StartWaiting"/>.</summary>
    /// <param name="now">Time stamp of <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="total">Time for the whole call; null: no limit.</param>
    /// <param name="caller">Cancels <see cref="Token"/> too.</param>
    public void Start(long now, TimeSpan? total, CancellationToken caller)
    {
        if (_source.IsCancellationRequested)
        {
            Abandon();
        }

        _total = total is { } limit ? now + Ticks(limit) : None;
        _caller = caller;
        _link = caller.UnsafeRegister(static state => ((Deadline)state!)._source.Cancel(), this);
    }

    /// <summary>The call waits before its first attempt: its time runs.</summary>
    public void StartWaiting()
    {
        lock (_gate)
        {
            Arm(_total);
        }
    }

    /// <summary>Begins an attempt that may take <paramref name="limit"/> at most; null: as long as the call.</summary>
    public void StartAttempt(long now, TimeSpan? limit)
    {
        long due = limit is { } time ? now + Ticks(time) : _total;
        lock (_gate)
        {
            Arm(_total == None ? due : Math.Min(due, _total));
        }
    }

    /// <summary>The attempt's answer has begun, or it failed: from here on the call's time alone counts.</summary>
    public void EndAttempt()
    {
        lock (_gate)
        {
            Arm(_total);
            if (!AttemptIsOver)
            {
                return;
            }

            // What follows is not to be cancelled for the attempt's sake.
            AttemptIsOver = false;
            Abandon();
        }

        if (_caller.IsCancellationRequested)
        {
            _source.Cancel();
        }
    }

    /// <summary>Has <paramref name="onTotal"/> called with <paramref name="state"/> when the whole call's time is over.</summary>
    public void Watch(Action<object> onTotal, object state)
    {
        lock (_gate)
        {
            if (!TotalIsOver)
            {
                _onTotal = onTotal;
                _state = state;
                return;
            }
        }

        onTotal(state);
    }

    /// <summary>What is left of the whole call's time; null: no limit.</summary>
    public TimeSpan? Remaining(long now) => _total == None ? null : _time.GetElapsedTime(now, _total);

    /// <summary>Ends the call. False: the object must not be used for another, for the caller's cancellation may still be at work on it.</summary>
    public bool Stop()
    {
        bool isFree = !_caller.CanBeCanceled || _link.Unregister();
        lock (_gate)
        {
            if (TotalIsOver || AttemptIsOver)
            {
                // The timer's cancellation may be still on its way to the token's source.
                Abandon();
            }

            _due = None;
            _total = None;
            _onTotal = null;
            _state = null;
            TotalIsOver = false;
            AttemptIsOver = false;
        }

        return isFree;
    }

    /// <summary>Gives up the token's source, which something may still be registered with.</summary>
    public void Abandon() => _source = new CancellationTokenSource();

    // The source stays: something may still listen to it, and it holds nothing by itself.
    public void Dispose() => _timer.Dispose();

    // Under the gate, as all below.
    private void Arm(long due)
    {
        _due = due;
        if (due != None && (_armed == None || _armed > due))
        {
            SetTimer(due);
        }
    }

    private void SetTimer(long due)
    {
        _armed = due;
        TimeSpan wait = _time.GetElapsedTime(_time.GetTimestamp(), due);

        // Timers count whole milliseconds: rounded up, so that it does not fire just before its time.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        Action<object>? onTotal = null;
        object? state = null;
        CancellationTokenSource source;
        lock (_gate)
        {
            _armed = None;
            if (_due == None)
            {
                return;
            }

            long now = _time.GetTimestamp();
            if (now < _due)
            {
                SetTimer(_due);
                return;
            }

            if (_total != None && now >= _total)
            {
                TotalIsOver = true;
                onTotal = _onTotal;
                state = _state;
            }
            else
            {
                AttemptIsOver = true;
            }

            _due = None;
            source = _source;
        }

        // The watcher is told first, so that a read which the cancellation breaks off knows why.
        onTotal?.Invoke(state!);
        source.Cancel();
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
