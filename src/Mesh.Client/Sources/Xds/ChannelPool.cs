using Mesh.Client.Sources.Xds.Bootstrap;

namespace Mesh.Client.Sources.Xds;

/// <summary>
/// The channels to servers. Streams to a config server of our own share a connection until one of them ends: what comes after that takes another,
/// for the connection may be the reason, or the server may want its clients to spread.
/// </summary>
internal sealed class ChannelPool
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Uri, SharedChannel> _shared = [];

    /// <summary>Dispose it once, with the stream. The channel closes with its last user.</summary>
    /// <param name="address">The server.</param>
    /// <param name="server">How it is talked to, alone; null: as a config server of our own.</param>
    public ChannelLease Rent(Uri address, XdsServer? server)
    {
        lock (_gate)
        {
            if (server is not null || !_shared.TryGetValue(address, out SharedChannel? channel))
            {
                channel = new SharedChannel(XdsChannel.Open(address, server));
                if (server is null)
                {
                    _shared[address] = channel;
                }
            }

            channel.Users++;
            return new ChannelLease(this, address, channel);
        }
    }

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
}
