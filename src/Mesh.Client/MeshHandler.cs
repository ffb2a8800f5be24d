using Mesh.Client.Calls;
using Mesh.Client.Runtime;
using Mesh.Model;

namespace Mesh.Client;

/// <summary>
/// Sends calls to services of the mesh by the mesh's rules, and all others with the handler it was put around. It keeps nothing: state
/// lives in the runtime, for factories make and drop handlers as they like.
/// </summary>
/// <remarks>No <see cref="DelegatingHandler"/>: grpc-dotnet would look through one, and wake its own balancer.</remarks>
internal sealed class MeshHandler : HttpMessageHandler
{
    private readonly CallPool _calls;
    private readonly MeshRuntime _runtime;
    private readonly HttpMessageInvoker _outside;

    /// <param name="calls">The mesh.</param>
    /// <param name="outside">Sends what is not for the mesh. Disposed with this handler.</param>
    public MeshHandler(CallPool calls, HttpMessageHandler outside)
    {
        _calls = calls;
        _runtime = calls.Runtime;
        _outside = new HttpMessageInvoker(outside, disposeHandler: true);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        MeshedService? service = Find(request);
        return service switch
        {
            { IsDecided: false } => SendUndecidedAsync(service, request, cancellationToken),
            { IsKnown: true } => OutboundCall.SendAsync(_calls, service, request, isAsync: true, cancellationToken),
            _ => SendOutsideAsync(request, cancellationToken),
        };
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        MeshedService? service = Find(request);
        if (service is { IsDecided: false })
        {
            service.WhenDecided(isAsync: false, cancellationToken).GetAwaiter().GetResult();
        }

        if (service is { IsKnown: true })
        {
            return OutboundCall.SendAsync(_calls, service, request, isAsync: false, cancellationToken).GetAwaiter().GetResult();
        }

        return Denied(request) ?? _outside.Send(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _outside.Dispose();
        }

        base.Dispose(disposing);
    }

    private MeshedService? Find(HttpRequestMessage request)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return null;
        }

        string host = uri.IdnHost;
        return _runtime.Find(host) ?? _runtime.Ask(host);
    }

    private async Task<HttpResponseMessage> SendUndecidedAsync(MeshedService service, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await service.WhenDecided(isAsync: true, cancellationToken).ConfigureAwait(false);
        return await (service.IsKnown
            ? OutboundCall.SendAsync(_calls, service, request, isAsync: true, cancellationToken)
            : SendOutsideAsync(request, cancellationToken)).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendOutsideAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Denied(request) is { } answer ? Task.FromResult(answer) : _outside.SendAsync(request, cancellationToken);

    /// <summary>Refuses a host that is not known where the settings say so: a gRPC call with a status, others with an exception.</summary>
    private HttpResponseMessage? Denied(HttpRequestMessage request)
    {
        if (_runtime.Settings.Settings.Outbound.UnknownHosts == UnknownHosts.Allow)
        {
            return null;
        }

        string host = request.RequestUri is { IsAbsoluteUri: true } uri ? uri.Host : "";
        string message = $"'{host}' is no service that the mesh knows, and Mesh:Outbound:UnknownHosts is Deny. Declare it under Mesh:Services, or allow unknown hosts.";
        return GrpcProtocol.IsCall(request)
            ? MeshAnswers.OfGrpc(request, GrpcProtocol.Unavailable, "destination_not_found", message)
            : throw new MeshException(MeshFailureReason.UnknownHost, message) { Service = host };
    }
}
