namespace Mesh.Client.Calls;

/// <summary>
/// Ends the reads of a body that get nothing for too long. The time runs while a read waits, not while nobody reads; what is written to a
/// connection that was handed over starts it anew.
/// </summary>
internal sealed class IdleWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _limit;
    private bool _isWaiting;
    private bool _isDisposed;

    /// <param name="limit">How long a read may wait.</param>
    /// <param name="time">Tells the time.</param>
    public IdleWatch(TimeSpan limit, TimeProvider time)
    {
        _limit = limit;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Token = _source.Token;
    }

    /// <summary>Cancelled once the time is over, and for good.</summary>
    public CancellationToken Token { get; }

    public bool IsOver => Token.IsCancellationRequested;

    /// <summary>A read begins.</summary>
    public void Begin() => Set(isWaiting: true);

    /// <summary>The read is over.</summary>
    public void End() => Set(isWaiting: false);

    /// <summary>Something was written.</summary>
    public void Touch()
    {
        lock (_gate)
        {
            if (_isWaiting && !_isDisposed)
            {
                _source.CancelAfter(_limit);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _source.Dispose();
        }
    }

    private void Set(bool isWaiting)
    {
        lock (_gate)
        {
            _isWaiting = isWaiting;
            if (!_isDisposed)
            {
                _source.CancelAfter(isWaiting ? _limit : Timeout.InfiniteTimeSpan);
            }
        }
    }
}
