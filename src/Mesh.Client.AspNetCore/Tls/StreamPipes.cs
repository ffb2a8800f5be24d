using System.Buffers;
using System.IO.Pipelines;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>A stream as the two pipes that Kestrel reads and writes. While nothing comes no buffer is held.</summary>
internal sealed class StreamPipes(Stream stream, MemoryPool<byte> pool) : IDuplexPipe, IAsyncDisposable
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(pool, leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(pool, leaveOpen: true));

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
    }
}
