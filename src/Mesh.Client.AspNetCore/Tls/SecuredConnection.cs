using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>A connection whose caller has proven who it is.</summary>
internal sealed class SecuredConnection(ConnectionContext connection, SslStream stream, PeerProof proof)
{
    public PeerProof Proof => proof;

    /// <summary>Until it ends.</summary>
    public async Task RunAsync(ConnectionDelegate next)
    {
        new TlsFeatures(stream, proof.Certificate).Announce(connection.Features);
        connection.Features.Set(new MeshPeer(proof.Id));
        connection.Features.Set(proof);
        IDuplexPipe transport = connection.Transport;
        StreamPipes pipes = new(stream, connection.Features.Get<IMemoryPoolFeature>()?.MemoryPool ?? MemoryPool<byte>.Shared);
        try
        {
            connection.Transport = pipes;

            // The pipes end first: they may still be writing to the stream.
            await using (stream.ConfigureAwait(false))
            await using (pipes.ConfigureAwait(false))
            {
                await next(connection).ConfigureAwait(false);
            }
        }
        finally
        {
            connection.Transport = transport;
        }
    }
}
