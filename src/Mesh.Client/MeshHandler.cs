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
    private readonly Lazy<CallPool> _mesh;
    private readonly HttpMessageInvoker _outside;
    private CallPool? _calls;

    /// <param name="mesh">Asked for at the first send: whoever logs while the mesh is made may need a client.</param>
    /// <param name="outside">Sends what is not for the mesh. Disposed with this handler.</param>
    public MeshHandler(Lazy<CallPool> mesh, HttpMessageHandler outside)
    {
        _mesh = mesh;
        _outside = new HttpMessageInvoker(outside, disposeHandler: true);
    }

    private CallPool Calls => _calls ??= _mesh.Value;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        CallPool calls = Calls;
        MeshedService? service = Find(calls.Runtime, request);
        return service switch
        {
            { IsDecided: false } => SendUndecidedAsync(service, request, cancellationToken),
            { IsKnown: true } => OutboundCall.SendAsync(calls, service, request, isAsync: true, cancellationToken),
            _ => SendOutsideAsync(request, cancellationToken),
        };
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        CallPool calls = Calls;
        MeshedService? service = Find(calls.Runtime, request);
        if (service is { IsDecided: false })
        {
            service.WhenDecided(isAsync: false, cancellationToken).GetAwaiter().GetResult();
        }

        if (service is { IsKnown: true })
        {
            return OutboundCall.SendAsync(calls, service, request, isAsync: false, cancellationToken).GetAwaiter().GetResult();
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

    private static MeshedService? Find(MeshRuntime runtime, HttpRequestMessage request)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return null;
        }

        return runtime.Find(uri.IdnHost) ?? runtime.Ask(uri);
    }

    private async Task<HttpResponseMessage> SendUndecidedAsync(MeshedService service, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await service.WhenDecided(isAsync: true, cancellationToken).ConfigureAwait(false);
        return await (service.IsKnown
            ? OutboundCall.SendAsync(Calls, service, request, isAsync: true, cancellationToken)
            : SendOutsideAsync(request, cancellationToken)).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendOutsideAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Denied(request) is { } answer ? Task.FromResult(answer) : _outside.SendAsync(request, cancellationToken);

    /// <summary>Refuses a host that is not known where the settings say so: a gRPC call with a status, others with an exception.</summary>
    private HttpResponseMessage? Denied(HttpRequestMessage request)
    {
        if (Calls.Runtime.Settings.Settings.Outbound.UnknownHosts == UnknownHosts.Allow)
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
