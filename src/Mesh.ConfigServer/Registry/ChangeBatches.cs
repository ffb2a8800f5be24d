namespace Mesh.ConfigServer.Registry;

/// <summary>
/// Puts changes that follow each other together: the first after some quiet goes on at once, those of the time after that as one.
/// </summary>
internal sealed class ChangeBatches : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _interval;
    private readonly Action<IReadOnlyCollection<string>> _publish;
    private readonly ITimer _timer;
    private HashSet<string> _waiting = new(StringComparer.Ordinal);
    private bool _isPausing;

    /// <param name="interval">How long those wait that follow.</param>
    /// <param name="time">The clock.</param>
    /// <param name="publish">Gets the names of what changed. May be called by several threads.</param>
    public ChangeBatches(TimeSpan interval, TimeProvider time, Action<IReadOnlyCollection<string>> publish)
    {
        (_interval, _publish) = (interval, publish);
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static state => ((ChangeBatches)state!).EndPause(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Add(IReadOnlyCollection<string> names)
    {
        lock (_gate)
        {
            _waiting.UnionWith(names);
            if (_isPausing)
            {
                return;
            }

            Pause();
        }

        Flush();
    }

    public void Dispose() => _timer.Dispose();

    private void EndPause()
    {
        lock (_gate)
        {
            _isPausing = false;
            if (_waiting.Count == 0)
            {
                return;
            }

            Pause();
        }

        Flush();
    }

    private void Pause()
    {
        _isPausing = true;
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    private void Flush()
    {
        HashSet<string> names;
        lock (_gate)
        {
            (names, _waiting) = (_waiting, new HashSet<string>(StringComparer.Ordinal));
        }

        if (names.Count > 0)
        {
            _publish(names);
        }
    }
}
