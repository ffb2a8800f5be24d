using System.Collections.Concurrent;
using Mesh.Client.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A clock that tests turn, and that tells for what it was asked to wait.</summary>
internal sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>Waits for the next wait that somebody begins, and takes it.</summary>
    public async Task<TimeSpan> NextWait()
    {
        TimeSpan wait = default;
        await Eventually.Holds(() => _waits.TryDequeue(out wait));
        return wait;
    }

    /// <summary>What timers that there were already were set to.</summary>
    public ConcurrentQueue<TimeSpan> Changes { get; } = new();

    /// <summary>Forgets the waits that were begun so far.</summary>
    public void Forget() => _waits.Clear();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);

        // Service discovery asks now and then beside the calls.
        if (dueTime != Timeout.InfiniteTimeSpan && dueTime != ServiceDiscoveryWatch.RefreshPeriod)
        {
            _waits.Enqueue(dueTime);
        }

        return new WatchedTimer(timer, Changes);
    }

    private sealed class WatchedTimer(ITimer timer, ConcurrentQueue<TimeSpan> changes) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            changes.Enqueue(dueTime);
            return timer.Change(dueTime, period);
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
