using Mesh.Client.Identity;
using Mesh.Client.Sources.Xds.Bootstrap;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// The channels to servers. Streams to a config server of our own share a connection until one of them ends: what comes after that takes another,
/// for the connection may be the reason, or the server may want its clients to spread.
/// </summary>
/// <param name="identity">Who we are to config servers of our own.</param>
/// <param name="time">The clock.</param>
internal sealed class ChannelPool(IIdentitySource identity, TimeProvider time)
{
    // What follows a server says then why it waits, and asks another one.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<Uri, SharedChannel> _shared = [];

    /// <summary>Dispose it once, with the stream. The channel closes with its last user.</summary>
    /// <param name="address">The server.</param>
    /// <param name="server">How it is talked to, alone; null: as a config server of our own.</param>
    /// <param name="cancellationToken">Ends the wait for an identity, which servers of our own ask for over TLS.</param>
    /// <exception cref="IdentityException">There is none.</exception>
    public async Task<ChannelLease> RentAsync(Uri address, XdsServer? server, CancellationToken cancellationToken) =>
        Rent(address, server, server is null && address.Scheme == Uri.UriSchemeHttps ? await SelfAsync(cancellationToken).ConfigureAwait(false) : null);

    public void Return(Uri address, SharedChannel channel)
    {
        lock (_gate)
        {
            if (_shared.GetValueOrDefault(address) == channel)
            {
                _shared.Remove(address);
            }

            if (--channel.Users > 0)
            {
                return;
            }
        }

        channel.Channel.Dispose();
    }

    private ChannelLease Rent(Uri address, XdsServer? server, WorkloadIdentity? self)
    {
        lock (_gate)
        {
            if (server is not null || !_shared.TryGetValue(address, out SharedChannel? channel))
            {
                channel = new SharedChannel(XdsChannel.Open(address, server, self, time));
                if (server is null)
                {
                    _shared[address] = channel;
                }
            }

            channel.Users++;
            return new ChannelLease(this, address, channel);
        }
    }

    private async Task<WorkloadIdentity> SelfAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(s_patience, time);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await identity.WaitAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IdentityException($"This process has no identity yet, by which it would be known there. {identity.Trouble ?? "It is being asked for."}");
        }
    }
}
