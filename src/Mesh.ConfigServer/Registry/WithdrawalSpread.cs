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
        // From here on streams that have not looked at the service since are known by that.
        live.Flush();
        List<(ClientSession Stream, SubscribedResource Resource)> waiting = [.. broadcast.Interests.OfEndpoints(service)];
        int clients = waiting.Select(each => each.Stream).Distinct().Count();
        HashSet<ClientSession> refusing = [];
        long start = time.GetTimestamp();
        while (true)
        {
            waiting.RemoveAll(each => StateOf(each.Stream, each.Resource) switch
            {
                ResourceState.Synced or ResourceState.NotFound => true,
                ResourceState.Nacked => refusing.Add(each.Stream) || true,
                _ => each.Stream.Ending.IsCancellationRequested,
            });
            if (waiting.Count == 0 || time.GetElapsedTime(start) >= within)
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
