using Mesh.Client.Resilience;

namespace Mesh.Client.Calls;

/// <summary>
/// The body of a request that has none and must not be sent twice. The runtime's handler sends a request without content again, up to
/// three times, when the connection closes before an answer, whatever the method; one with content it leaves to the caller. On the wire
/// both are the same.
/// </summary>
internal sealed class EmptyContent() : ByteArrayContent([])
{
    public static void Prepare(HttpRequestMessage request)
    {
        if (request.Content is null && !Idempotency.IsIdempotent(request))
        {
            request.Content = new EmptyContent();
        }
    }

    public static void Restore(HttpRequestMessage request)
    {
        if (request.Content is EmptyContent)
        {
            request.Content = null;
        }
    }
}
