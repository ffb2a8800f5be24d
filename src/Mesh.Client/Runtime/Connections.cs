using Mesh.Client.Transport;
using Mesh.Client.Transport.Tls;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>What holds for connections to the endpoints of a service, each with its own form of transport security or the service's.</summary>
internal sealed class Connections
{
    private readonly TlsMode _mode;
    private readonly TransportSettings _byScheme;
    private readonly TransportSettings _httpsAlone;
    private readonly TransportSettings _simple;
    private readonly TransportSettings _mutual;
    private readonly MeshPeer _peer;
    private readonly string? _sni;
    private readonly int _most;
    private readonly bool _isSomebody;

    // As a rule all endpoints of a service have one identity.
    private (string? SpiffeId, TransportSettings Settings)? _mesh;

    /// <param name="settings">What holds for the service.</param>
    /// <param name="runtime">The mesh of this process.</param>
    public Connections(MeshService settings, MeshRuntime runtime)
    {
        TlsSettings? tls = settings.Tls;
        TlsCertificates? certificates = TlsFileNames.Of(tls) is { } names ? runtime.Certificates.Read(names) : null;
        int most = _most = settings.CircuitBreaker.MaxConnections;
        _mode = tls?.ModeInForce() ?? TlsMode.Disabled;
        _byScheme = new TransportSettings(most, ConnectionSecurity.ByScheme);
        _httpsAlone = new TransportSettings(most, ConnectionSecurity.HttpsAlone);
        _simple = new TransportSettings(most, ConnectionSecurity.For(TlsMode.Simple, tls, certificates));
        _mutual = new TransportSettings(most, ConnectionSecurity.For(TlsMode.Mutual, tls, certificates));
        _isSomebody = runtime.IdentitySource.IsSomebody;
        _peer = PeerOf(settings, runtime);
        _sni = tls?.Sni;
    }

    public TransportSettings To(MeshEndpoint endpoint) => (endpoint.Tls ?? _mode) switch
    {
        TlsMode.Disabled => Plain(endpoint),
        TlsMode.Simple => _simple,
        TlsMode.Mutual => _mutual,
        _ => MayCallPlain(endpoint) ? Plain(endpoint) : Mesh(endpoint),
    };

    // Never where this process was ever somebody, nor where the settings ask for TLS of any kind.
    private bool MayCallPlain(MeshEndpoint endpoint) => endpoint.TakesPlainText && !_isSomebody && _mode == TlsMode.Disabled;

    private TransportSettings Plain(MeshEndpoint endpoint) => endpoint.Scheme == EndpointScheme.Https ? _httpsAlone : _byScheme;

    private TransportSettings Mesh(MeshEndpoint endpoint)
    {
        if (_mesh is not var (id, settings) || id != endpoint.SpiffeId)
        {
            settings = new TransportSettings(_most, ConnectionSecurity.For(PeerOf(endpoint), _sni));
            _mesh = (endpoint.SpiffeId, settings);
        }

        return settings;
    }

    // Where the settings name identities, those are asked for.
    private MeshPeer PeerOf(MeshEndpoint endpoint) =>
        endpoint.SpiffeId is { } id && _peer.Ids.IsEmpty ? _peer with { Ids = [id] } : _peer;

    private static MeshPeer PeerOf(MeshService settings, MeshRuntime runtime)
    {
        string name = ServiceNames.Canonical(settings.Name, runtime.Identity.Namespace);
        (string service, string space) = name.Split('.', 2) is [var own, var other] ? (own, other) : (name, runtime.Identity.Namespace);
        return new MeshPeer(runtime.IdentitySource, runtime.IdentitySource.Current, settings.Tls?.SubjectAltNames ?? [], space, service, runtime.Time);
    }
}
