using System.Collections.Immutable;
using Mesh.Client.Calls;
using Mesh.Client.Runtime;
using Mesh.Model;

namespace Mesh.Client;

/// <summary>
/// Sends calls to services of the mesh by the mesh's rules, and all others with the handler it was put around. Redirects of services are
/// followed where that handler would follow them. It keeps nothing: state lives in the runtime, for factories make and drop handlers as
/// they like.
/// </summary>
/// <remarks>No <see cref="DelegatingHandler"/>: grpc-dotnet would look through one, and wake its own balancer.</remarks>
internal sealed class MeshHandler : HttpMessageHandler, IClientSender
{
    private readonly Lazy<CallPool> _mesh;
    private readonly HttpMessageInvoker _outside;
    private readonly RedirectFollower? _redirects;
    private CallPool? _calls;

    /// <param name="mesh">Asked for at the first send: whoever logs while the mesh is made may need a client.</param>
    /// <param name="outside">Sends what is not for the mesh. Disposed with this handler.</param>
    public MeshHandler(Lazy<CallPool> mesh, HttpMessageHandler outside)
    {
        _mesh = mesh;
        _outside = new HttpMessageInvoker(outside, disposeHandler: true);
        _redirects = RedirectFollower.For(this, Primary(outside));
    }

    private CallPool Calls => _calls ??= _mesh.Value;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        CallPool calls = Calls;
        MeshedService? service = Find(calls.Runtime, request.RequestUri);
        return service switch
        {
            { IsDecided: false } => SendUndecidedAsync(service, request, cancellationToken),
            { IsKnown: true } => OutboundCall.SendAsync(calls, service, request, _redirects, isAsync: true, cancellationToken),
            _ => SendOutsideAsync(service, request, cancellationToken),
        };
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        CallPool calls = Calls;
        MeshedService? service = Find(calls.Runtime, request.RequestUri);
        if (service is { IsDecided: false })
        {
            service.WhenDecided(isAsync: false, cancellationToken).GetAwaiter().GetResult();
        }

        if (service is { IsKnown: true })
        {
            return OutboundCall.SendAsync(calls, service, request, _redirects, isAsync: false, cancellationToken).GetAwaiter().GetResult();
        }

        return SendOutside(service, request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _outside.Dispose();
        }

        base.Dispose(disposing);
    }

    async Task<MeshedService?> IClientSender.FindAsync(Uri uri, bool isAsync, CancellationToken cancellationToken)
    {
        MeshedService? service = Find(Calls.Runtime, uri);
        if (service is { IsDecided: false })
        {
            await service.WhenDecided(isAsync, cancellationToken).ConfigureAwait(false);
        }

        return service is { IsKnown: true } ? service : null;
    }

    Task<HttpResponseMessage> IClientSender.SendAsync(MeshedService? service, HttpRequestMessage request, bool isAsync, CancellationToken cancellationToken) =>
        service is not null ? OutboundCall.SendAsync(Calls, service, request, redirects: null, isAsync, cancellationToken)
        : isAsync ? SendOutsideAsync(Find(Calls.Runtime, request.RequestUri), request, cancellationToken)
        : Task.FromResult(SendOutside(Find(Calls.Runtime, request.RequestUri), request, cancellationToken));

    private static MeshedService? Find(MeshRuntime runtime, Uri? uri)
    {
        MeshedService? service = uri is { IsAbsoluteUri: true } ? runtime.Find(uri.IdnHost) ?? runtime.Ask(uri) : null;
        service?.Use();
        return service;
    }

    /// <summary>The handler that sends in the end; service discovery's may be around it.</summary>
    private static HttpMessageHandler Primary(HttpMessageHandler outside) =>
        outside is DelegatingHandler { InnerHandler: { } inner } ? Primary(inner) : outside;

    private async Task<HttpResponseMessage> SendUndecidedAsync(MeshedService service, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await service.WhenDecided(isAsync: true, cancellationToken).ConfigureAwait(false);
        return await (service.IsKnown
            ? OutboundCall.SendAsync(Calls, service, request, _redirects, isAsync: true, cancellationToken)
            : SendOutsideAsync(service, request, cancellationToken)).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendOutsideAsync(MeshedService? service, HttpRequestMessage request, CancellationToken cancellationToken) =>
        Denied(service, request) is { } answer ? Task.FromResult(answer) : _outside.SendAsync(request, cancellationToken);

    private HttpResponseMessage SendOutside(MeshedService? service, HttpRequestMessage request, CancellationToken cancellationToken) =>
        Denied(service, request) ?? _outside.Send(request, cancellationToken);

    /// <summary>
    /// Refuses a host that a silent authority may know, and one that is not known where the settings say so: a gRPC call with a status, others
    /// with an exception.
    /// </summary>
    private HttpResponseMessage? Denied(MeshedService? service, HttpRequestMessage request)
    {
        if (service?.SilentAuthority is { } authority)
        {
            ImmutableArray<string> servers = Calls.Runtime.Settings.Settings.ConfigServer.Addresses;
            string which = servers.IsEmpty ? authority : $"{authority} ({string.Join(", ", servers)})";
            string where = servers.IsEmpty ? "the bootstrap of AddXds()" : "Mesh:ConfigServer";
            string silent = $"The {which} has not answered for '{service.Name}', which no other source knows, so it is not known where to send the call. It is once the server answers: see {where}, and the log for what is wrong. Where it is only slow, raise Mesh:ConfigServer:FirstCallTimeout, or name the service in Mesh:Upstreams.";
            return GrpcProtocol.IsCall(request)
                ? MeshAnswers.OfGrpc(request, GrpcProtocol.Unavailable, "destination_unavailable", silent)
                : throw new MeshException(MeshFailureReason.ConfigServerSilent, silent) { Service = service.Name };
        }

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
