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

    public Connections(MeshService settings, CertificateFiles files)
    {
        TlsSettings? tls = settings.Tls;
        TlsCertificates? certificates = TlsFileNames.Of(tls) is { } names ? files.Read(names) : null;
        int most = settings.CircuitBreaker.MaxConnections;
        _mode = tls?.ModeInForce() ?? TlsMode.Disabled;
        _byScheme = new TransportSettings(most, ConnectionSecurity.ByScheme);
        _httpsAlone = new TransportSettings(most, ConnectionSecurity.HttpsAlone);
        _simple = new TransportSettings(most, ConnectionSecurity.For(TlsMode.Simple, tls, certificates));
        _mutual = new TransportSettings(most, ConnectionSecurity.For(TlsMode.Mutual, tls, certificates));
    }

    public TransportSettings To(MeshEndpoint endpoint) => (endpoint.Tls ?? _mode) switch
    {
        TlsMode.Disabled => endpoint.Scheme == EndpointScheme.Https ? _httpsAlone : _byScheme,
        TlsMode.Simple => _simple,
        _ => _mutual,
    };
}
