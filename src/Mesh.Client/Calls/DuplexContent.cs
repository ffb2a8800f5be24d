using System.Net;

namespace Mesh.Client.Calls;

/// <summary>The body of a request whose answer may be handed over while the body is still being sent, as calls that talk both ways need it.</summary>
internal sealed class DuplexContent(ReplayableContent body) : HttpContent
{
    public ReplayableContent Body => body;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => body.CopyToAsync(stream, context);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body.CopyToAsync(stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body.CopyTo(stream, context, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length ?? 0;
        return body.Length is not null;
    }
}
