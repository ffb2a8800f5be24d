using Mesh.Model;

namespace Mesh.Client.Transport;

/// <summary>
/// Sends to one endpoint. Disposing it drains: what is in flight ends by itself, a new send fails in a way that tells the caller to pick
/// another endpoint (<see cref="WasNotSent"/>).
/// </summary>
internal sealed class EndpointTransport(ITransportFactory factory, string service, MeshEndpoint endpoint) : IDisposable
{
    private readonly Lock _gate = new();
    private volatile HttpMessageInvoker? _invoker;
    private bool _disposed;

    /// <summary>
    /// Whether a send failed for nothing but the disposal. A request that had been accepted by then, and was about to be given to an HTTP/2
    /// connection, finds that shut down: an exception without a cause.
    /// </summary>
    public static bool WasNotSent(Exception exception) =>
        exception is ObjectDisposedException or HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: null };

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        (_invoker ?? Open()).SendAsync(request, cancellationToken);

    public HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        (_invoker ?? Open()).Send(request, cancellationToken);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _invoker?.Dispose();
        }
    }

    private HttpMessageInvoker Open()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _invoker ??= new HttpMessageInvoker(factory.Create(service, endpoint), disposeHandler: true);
        }
    }
}
