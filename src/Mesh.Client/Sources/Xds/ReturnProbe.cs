using System.Net.Sockets;

namespace Mesh.Client.Sources.Xds;

/// <summary>Looks, ever more rarely, whether a server that is preferred to the one in use takes connections again.</summary>
internal sealed class ReturnProbe(Backoff backoff, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Ends with the first of them that is back; with none it never does.</summary>
    public async Task<Uri> FindAsync(IEnumerable<Uri> addresses, CancellationToken cancellationToken)
    {
        Uri[] preferred = [.. addresses];
        while (true)
        {
            await Task.Delay(preferred.Length == 0 ? Timeout.InfiniteTimeSpan : backoff.Next(), time, cancellationToken).ConfigureAwait(false);
            foreach (Uri address in preferred)
            {
                if (await TakesConnectionsAsync(address, cancellationToken).ConfigureAwait(false))
                {
                    return address;
                }
            }
        }
    }

    /// <summary>The preferred one has answered.</summary>
    public void Reset() => backoff.Reset();

    private async Task<bool> TakesConnectionsAsync(Uri address, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(s_patience, time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using Socket socket = await XdsDialer.DialAsync(address, over.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
