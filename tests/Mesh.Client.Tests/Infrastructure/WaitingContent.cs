using System.Net;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A body of two letters, of which the second waits for something.</summary>
internal sealed class WaitingContent(Task wait) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync("a"u8.ToArray());
        await stream.FlushAsync();
        await wait;
        await stream.WriteAsync("b"u8.ToArray());
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
