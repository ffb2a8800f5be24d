using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>A clock that tests turn, and that tells for what it was asked to wait.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, int> _waits = new();

    /// <summary>Whether somebody waits that long since this was asked last.</summary>
    public bool IsArmed(TimeSpan wait)
    {
        int times = _waits.GetValueOrDefault(wait);
        return times > 0 && _waits.TryUpdate(wait, times - 1, times);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.AddOrUpdate(dueTime, 1, (_, times) => times + 1);
        return timer;
    }
}
