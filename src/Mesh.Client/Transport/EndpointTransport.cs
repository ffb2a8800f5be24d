using Mesh.Model;

namespace Mesh.Client.Transport;

/// <summary>
/// Sends to one endpoint. Disposing it drains: what is in flight ends by itself, a new send fails in a way that tells the caller to pick
/// again (<see cref="WasNotSent"/>).
/// </summary>
/// <param name="factory">Makes the handler, for the first send.</param>
/// <param name="service">The service that the endpoint belongs to.</param>
/// <param name="endpoint">Where to send.</param>
/// <param name="settings">What holds for its connections.</param>
internal sealed class EndpointTransport(ITransportFactory factory, string service, MeshEndpoint endpoint, TransportSettings settings) : IDisposable
{
    private readonly Lock _gate = new();
    private volatile HttpMessageInvoker? _invoker;
    private volatile bool _isDisposed;

    public TransportSettings Settings => settings;

    /// <summary>Whether every call goes over TLS, those whose URI does not ask for it too.</summary>
    public bool IsSecure => settings.Security.IsRequired;

    public bool IsDisposed => _isDisposed;

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

    /// <summary>Another one to the same endpoint, with connections of its own.</summary>
    public EndpointTransport With(TransportSettings others) => new(factory, service, endpoint, others);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _invoker?.Dispose();
        }
    }

    private HttpMessageInvoker Open()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _invoker ??= new HttpMessageInvoker(factory.Create(service, endpoint, settings), disposeHandler: true);
        }
    }
}
