namespace Mesh.Client.Resilience;

/// <summary>
/// The time that one call has, as a whole and for each attempt, as a cancellation token that the caller's own token feeds too.
/// Reused from call to call: the timer is left running and looks, when it fires, whether the deadline of that moment has come, so
/// that calls which follow closely on one another, and end in time, cost no timer operation and no lock.
/// </summary>
/// <remarks>
/// One word, what is due, says who goes first: the call moves it on with a compare-and-set, the timer claims it with another. Once it is
/// claimed the call's time is over, and nothing else changes that.
/// </remarks>
internal sealed class Deadline : IDisposable
{
    private const long None = 0;
    private const long AttemptOver = -1;
    private const long TotalOver = -2;

    private readonly Lock _arming = new();
    private readonly TimeProvider _time;
    private readonly double _ticksPerSecond;
    private readonly ITimer _timer;
    private CancellationTokenSource _source = new();
    private CancellationToken _caller;
    private CancellationTokenRegistration _link;
    private IDeadlineWatcher? _watcher;
    private long _total;

    // What the call has set, and what became of it: the timestamp at which what goes on runs out of time, or the timer's verdict.
    private long _set;
    private long _due;

    // When the timer fires; None: it does not.
    private long _armed;

    public Deadline(TimeProvider time)
    {
        _time = time;
        _ticksPerSecond = time.TimestampFrequency;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((Deadline)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public CancellationToken Token => _source.Token;

    /// <summary>True once the whole call's time is over.</summary>
    public bool TotalIsOver => Volatile.Read(ref _due) == TotalOver;

    /// <summary>True once the attempt's time is over, until it has ended.</summary>
    public bool AttemptIsOver => Volatile.Read(ref _due) == AttemptOver;

    /// <summary>Begins a call. Its time does not run until <see cref="StartAttempt"/>, or <see cref="StartWaiting"/>.</summary>
    /// <param name="now">Time stamp of <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="total">Time for the whole call; null: no limit.</param>
    /// <param name="caller">Cancels <see cref="Token"/> too.</param>
    public void Start(long now, TimeSpan? total, CancellationToken caller)
    {
        _total = total is { } limit ? now + Ticks(limit) : None;
        _caller = caller;
        _link = caller.UnsafeRegister(static state => Volatile.Read(ref ((Deadline)state!)._source).Cancel(), this);
    }

    /// <summary>The call waits before its first attempt: its time runs.</summary>
    public void StartWaiting() => Set(_total);

    /// <summary>Begins an attempt that may take <paramref name="limit"/> at most; null: as long as the call.</summary>
    public void StartAttempt(long now, TimeSpan? limit)
    {
        long due = limit is { } time ? now + Ticks(time) : _total;
        Set(_total == None ? due : Math.Min(due, _total));
    }

    /// <summary>The attempt's answer has begun, or it failed: from here on the call's time alone counts.</summary>
    public void EndAttempt()
    {
        if (_set != _total)
        {
            Set(_total);
        }

        if (AttemptIsOver)
        {
            // What follows is not to be cancelled for the attempt's sake. The caller's cancellation reads the source after it has shown
            // itself, this writes it before it looks: one of both sees the other.
            Interlocked.Exchange(ref _source, new CancellationTokenSource());
            _set = _due = None;
            Set(_total);
            if (_caller.IsCancellationRequested)
            {
                _source.Cancel();
            }
        }
    }

    /// <summary>Tells <paramref name="watcher"/> when the whole call's time is over.</summary>
    public void Watch(IDeadlineWatcher watcher)
    {
        _watcher = watcher;
        Interlocked.MemoryBarrier();
        if (TotalIsOver)
        {
            watcher.OnTimeOver();
        }
    }

    /// <summary>What is left of the whole call's time; null: no limit.</summary>
    public TimeSpan? Remaining(long now) => _total == None ? null : _time.GetElapsedTime(now, _total);

    /// <summary>
    /// Ends the call. False: the object must not be used for another, for the token was cancelled, or is about to be.
    /// </summary>
    /// <param name="mayBeHeard">True: what the call has begun, such as the upload of its body, may still listen to the token.</param>
    public bool Stop(bool mayBeHeard)
    {
        bool callerIsDone = !_caller.CanBeCanceled || _link.Unregister();
        _watcher = null;
        _caller = default;
        _link = default;
        bool timerIsDone = Set(None);
        _total = None;
        return callerIsDone && timerIsDone && (mayBeHeard ? _source.TryReset() : !_source.IsCancellationRequested);
    }

    // The source stays: something may still listen to it, and it holds nothing by itself.
    public void Dispose() => _timer.Dispose();

    /// <summary>Sets what is due next. False: the timer has claimed what was due before.</summary>
    private bool Set(long due)
    {
        long before = _set;
        _set = due;
        if (Interlocked.CompareExchange(ref _due, due, before) != before)
        {
            return false;
        }

        // The timer forgets that it is armed before it looks at what is due: if it missed this, this sees that.
        if (due != None && (Volatile.Read(ref _armed) is var armed && (armed == None || armed > due)))
        {
            Arm();
        }

        return true;
    }

    private void Arm()
    {
        lock (_arming)
        {
            long due = Volatile.Read(ref _due);
            if (due > None && (_armed == None || _armed > due))
            {
                SetTimer(due);
            }
        }
    }

    private void Fire()
    {
        CancellationTokenSource source;
        bool isTotal;
        lock (_arming)
        {
            Interlocked.Exchange(ref _armed, None);

            // In this order: a call that starts only now is due after this moment, so that its time cannot be taken for that of the one
            // whose source this is.
            long now = _time.GetTimestamp();
            long due = Volatile.Read(ref _due);
            source = Volatile.Read(ref _source);
            if (due <= None)
            {
                return;
            }

            if (now < due)
            {
                SetTimer(due);
                return;
            }

            isTotal = due == Volatile.Read(ref _total);
            if (Interlocked.CompareExchange(ref _due, isTotal ? TotalOver : AttemptOver, due) != due)
            {
                return;
            }
        }

        if (isTotal)
        {
            // Told first, so that a read which the cancellation breaks off knows why.
            Volatile.Read(ref _watcher)?.OnTimeOver();
        }

        source.Cancel();
    }

    // Under the lock.
    private void SetTimer(long due)
    {
        Volatile.Write(ref _armed, due);
        TimeSpan wait = _time.GetElapsedTime(_time.GetTimestamp(), due);

        // Timers count whole milliseconds: rounded up, so that it does not fire just before its time.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _ticksPerSecond);
}
