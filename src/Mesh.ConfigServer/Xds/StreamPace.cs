namespace Mesh.ConfigServer.Xds;

/// <summary>
/// Lets so many through in a second, and as many at once after a quiet one (a token bucket). Who comes too early waits in line, in the order
/// of arrival.
/// </summary>
internal sealed class StreamPace(int perSecond, TimeProvider time) : IDisposable
{
    // Who has it is at the head of the line, and looks at the clock; those behind cost a place in the semaphore's own line each.
    private readonly SemaphoreSlim _head = new(1);
    private double _tokens = perSecond;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Ends when it is the caller's turn. Cancelled: the caller has left the line.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _head.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (Fill(); _tokens < 1; Fill())
            {
                // Whole milliseconds, as timers have them: a shorter wait would be none.
                TimeSpan missing = TimeSpan.FromMilliseconds(Math.Ceiling(1000 * (1 - _tokens) / perSecond));
                await Task.Delay(missing, time, cancellationToken).ConfigureAwait(false);
            }

            _tokens--;
        }
        finally
        {
            _head.Release();
        }
    }

    public void Dispose() => _head.Dispose();

    private void Fill()
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(perSecond, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
    }
}
