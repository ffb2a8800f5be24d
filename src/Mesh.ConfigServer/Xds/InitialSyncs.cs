namespace Mesh.ConfigServer.Xds;

/// <summary>
/// Lets so many clients be told their first state at the same time, so that a crowd that comes back does not take all memory at once.
/// </summary>
internal sealed class InitialSyncs(XdsOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.ConcurrentInitialSyncs);

    /// <summary>Waits for a place. It is free again when the result is disposed, or the client has had its time.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Place(_places, options.InitialSyncTimeout, time);
    }

    public void Dispose() => _places.Dispose();

    private sealed class Place : IDisposable
    {
        private readonly ITimer _timer;
        private SemaphoreSlim? _places;

        public Place(SemaphoreSlim places, TimeSpan limit, TimeProvider time)
        {
            _places = places;
            using (ExecutionContext.SuppressFlow())
            {
                _timer = time.CreateTimer(static place => ((Place)place!).Leave(), this, limit, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            _timer.Dispose();
            Leave();
        }

        private void Leave() => Interlocked.Exchange(ref _places, null)?.Release();
    }
}
