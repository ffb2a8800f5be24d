namespace Mesh.Benchmarks.Tail;

/// <summary>
/// Time that passes only from one event to the next: whatever is to happen at a moment has happened before the next one comes,
/// however long that takes on the machine. It belongs to the thread that makes it.
/// </summary>
/// <remarks>
/// That holds as long as nothing is handed to another thread. Everything that the mesh does begins or ends with a look at the clock, and
/// a look from elsewhere makes the run fail.
/// </remarks>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> _events = new();
    private TimeSpan _now;
    private long _order;
    private volatile bool _wasLeft;

    /// <summary>Since the start.</summary>
    public TimeSpan Now
    {
        get
        {
            CheckThread();
            return _now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => s_start + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        VirtualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets something happen. What is due at the same moment happens in the order of these calls.</summary>
    public void At(TimeSpan due, Action action)
    {
        CheckThread();
        _events.Enqueue(action, (due, _order++));
    }

    /// <summary>Goes from event to event until the last.</summary>
    public void Run()
    {
        while (_events.TryDequeue(out Action? action, out (TimeSpan Due, long Order) moment))
        {
            _now = moment.Due;
            action();
        }

        // The mesh may have taken what the check threw for a failure of the network.
        if (_wasLeft)
        {
            throw OtherThread();
        }
    }

    private void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _wasLeft = true;
            throw OtherThread();
        }
    }

    private static InvalidOperationException OtherThread() =>
        new("A part of a call ran on another thread than the simulation's, which does not wait for it: the figures would be wrong.");
}
