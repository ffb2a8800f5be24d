namespace Mesh.ConfigServer.Registry;

/// <summary>
/// Puts changes that follow each other together: the first after some quiet goes on at once, those of the time after that as one.
/// </summary>
internal sealed class ChangeBatches : IDisposable
{
    // Whoever waits does so for others to know, which takes about as long.
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly TimeSpan _interval;
    private readonly Action<IReadOnlyCollection<string>> _publish;
    private readonly ITimer _timer;
    private Batch _waiting = new();
    private Task _published = Task.CompletedTask;
    private bool _isPausing;
    private bool _isShort;

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
            _waiting.Names.UnionWith(names);
            if (_isPausing)
            {
                return;
            }

            Pause();
        }

        Flush();
    }

    /// <summary>Ends when all that was added until now has gone on, which is soon.</summary>
    public Task PublishedAsync()
    {
        lock (_gate)
        {
            if (_waiting.Names.Count == 0)
            {
                return _published;
            }

            if (!_isShort)
            {
                _isShort = true;
                _timer.Change(s_short < _interval ? s_short : _interval, Timeout.InfiniteTimeSpan);
            }

            return Task.WhenAll(_published, _waiting.Done.Task);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void EndPause()
    {
        lock (_gate)
        {
            (_isPausing, _isShort) = (false, false);
            if (_waiting.Names.Count == 0)
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
        Batch batch;
        lock (_gate)
        {
            (batch, _waiting) = (_waiting, new Batch());
            _published = _published.IsCompleted ? batch.Done.Task : Task.WhenAll(_published, batch.Done.Task);
        }

        try
        {
            if (batch.Names.Count > 0)
            {
                _publish(batch.Names);
            }
        }
        finally
        {
            batch.Done.SetResult();
        }
    }

    private sealed class Batch
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
