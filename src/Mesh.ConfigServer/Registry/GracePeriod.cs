namespace Mesh.ConfigServer.Registry;

/// <summary>
/// The time after the start in which processes may not have come back yet: nobody is given up, and nothing is said not to exist.
/// </summary>
internal sealed class GracePeriod : IDisposable
{
    private readonly ITimer _timer;
    private volatile bool _isOver;

    /// <param name="duration">Zero: there is none.</param>
    /// <param name="time">The clock.</param>
    public GracePeriod(TimeSpan duration, TimeProvider time)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((GracePeriod)state!).End(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (duration > TimeSpan.Zero)
        {
            _timer.Change(duration, Timeout.InfiniteTimeSpan);
        }
        else
        {
            End();
        }
    }

    /// <summary>Raised once, when it ends.</summary>
    public event Action? Ended;

    public bool IsOver => _isOver;

    public void Dispose() => _timer.Dispose();

    private void End()
    {
        _isOver = true;
        Ended?.Invoke();
    }
}
