namespace Mesh.Benchmarks.Tail;

/// <summary>A timer that fires once, at its moment of a <see cref="VirtualTime"/>.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    private int _change;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
        {
            throw new NotSupportedException("A simulation ends with its last event, and a timer that repeats has none.");
        }

        int change = ++_change;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            time.At(time.Now + dueTime, () =>
            {
                if (change == _change)
                {
                    callback(state);
                }
            });
        }

        return true;
    }

    public void Dispose() => _change++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
