using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Registry;

/// <summary>Waits until clients know that an instance is gone.</summary>
internal sealed class WithdrawalSpread(LiveMesh live, MeshBroadcast broadcast, TimeProvider time)
{
    // To look at the clients takes time: where more withdraw at once, each looks less often.
    private const double FewWatched = 100;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(250);

    private int _watched;

    /// <summary>How many clients were told, and how many of them did not confirm it.</summary>
    /// <param name="service">The full name of the service whose instance is gone.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(int Clients, int Behind)> WaitAsync(string service, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            Interlocked.Increment(ref _watched);
            return await WatchAsync(service, within, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _watched);
        }
    }

    private async Task<(int Clients, int Behind)> WatchAsync(string service, TimeSpan within, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        TimeSpan pause = s_firstPause;
        bool IsOver() => time.GetElapsedTime(start) >= within;
        async Task PauseAsync()
        {
            TimeSpan left = within - time.GetElapsedTime(start);
            TimeSpan fair = pause * Math.Max(Volatile.Read(ref _watched) / FewWatched, 1);
            await Task.Delay(fair < left ? fair : left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 1.5 < s_longestPause ? pause * 1.5 : s_longestPause;
        }

        long step = await live.ShowAsync(cancellationToken).ConfigureAwait(false);

        // Another thread may be about to tell the streams.
        while (broadcast.Interests.Snapshot?.State.Step < step && !IsOver())
        {
            await PauseAsync().ConfigureAwait(false);
        }

        List<(ClientSession Stream, SubscribedResource Resource)> waiting = [.. broadcast.Interests.OfEndpoints(service)];
        int clients = waiting.Select(each => each.Stream).Distinct().Count();
        HashSet<ClientSession> refusing = [];
        while (true)
        {
            waiting.RemoveAll(each => StateOf(each.Stream, each.Resource) switch
            {
                ResourceState.Synced or ResourceState.NotFound => true,
                ResourceState.Nacked => refusing.Add(each.Stream) || true,
                _ => each.Stream.Ending.IsCancellationRequested,
            });
            if (waiting.Count == 0 || IsOver())
            {
                return (clients, waiting.Select(each => each.Stream).Concat(refusing).Distinct().Count());
            }

            await PauseAsync().ConfigureAwait(false);
        }
    }

    // A client that asks again has not taken what it was sent, and one that is told nothing yet believes what it did.
    private ResourceState StateOf(ClientSession stream, SubscribedResource resource)
    {
        lock (stream.Gate)
        {
            return resource.IsOwed || resource.IsUndecided || broadcast.Interests.IsUnseen(stream, resource) ? ResourceState.Stale : resource.State;
        }
    }
}
