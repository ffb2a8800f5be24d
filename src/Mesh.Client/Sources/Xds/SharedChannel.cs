using Grpc.Net.Client;

namespace Mesh.Client.Sources.Xds;

/// <summary>A channel and how many have it.</summary>
internal sealed class SharedChannel(GrpcChannel channel)
{
    public GrpcChannel Channel => channel;

    /// <summary>The pool's lock guards it.</summary>
    public int Users { get; set; }
}
