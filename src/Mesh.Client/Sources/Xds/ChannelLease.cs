using Grpc.Net.Client;

namespace Mesh.Client.Sources.Xds;

/// <summary>A channel as one of its users has it, until it is disposed.</summary>
internal sealed class ChannelLease(ChannelPool pool, Uri address, SharedChannel shared) : IDisposable
{
    public GrpcChannel Channel => shared.Channel;

    public void Dispose() => pool.Return(address, shared);
}
