using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Registry;

/// <summary>Waits until clients know that an instance is gone.</summary>
internal sealed class WithdrawalSpread(LiveMesh live, MeshBroadcast broadcast, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How many clients were told, and how many of them did not confirm it.</summary>
    /// <param name="service">The full name of the service whose instance is gone.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(int Clients, int Behind)> WaitAsync(string service, TimeSpan within, CancellationToken cancellationToken)
    {
        long step = live.Show(service);
        long start = time.GetTimestamp();
        bool IsOver() => time.GetElapsedTime(start) >= within;

        // Another thread may be about to tell the streams.
        while (broadcast.Interests.Snapshot?.State.Step < step && !IsOver())
        {
            await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
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

            await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private ResourceState StateOf(ClientSession stream, SubscribedResource resource)
    {
        lock (stream.Gate)
        {
            return broadcast.Interests.IsUnseen(stream, resource) ? ResourceState.Stale : resource.Describe().State;
        }
    }
}
