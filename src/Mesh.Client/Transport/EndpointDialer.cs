using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Mesh.Client.Identity;
using Mesh.Client.Transport.Tls;
using Mesh.Model;

namespace Mesh.Client.Transport;

/// <summary>Opens connections to one endpoint, with TLS where the call's URI asks for it.</summary>
internal sealed class EndpointDialer
{
    private static readonly List<SslApplicationProtocol> s_http1 = [SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> s_http2 = [SslApplicationProtocol.Http2];
    private static readonly List<SslApplicationProtocol> s_http2OrLower = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly EndPoint _target;
    private readonly string? _hostName;
    private readonly SslClientAuthenticationOptions _tls;
    private readonly ConnectionSecurity _security;
    private readonly string _address;
    private readonly bool _repeatsOnAnswers;

    /// <param name="endpoint">What to connect to.</param>
    /// <param name="tls">How to, over TLS, but for the protocols that a call needs.</param>
    /// <param name="security">What the service's settings say of that.</param>
    /// <param name="repeatsOnAnswers">Whether whoever sends repeats requests because of their answers.</param>
    public EndpointDialer(MeshEndpoint endpoint, SslClientAuthenticationOptions tls, ConnectionSecurity security, bool repeatsOnAnswers)
    {
        _repeatsOnAnswers = repeatsOnAnswers;
        _tls = tls;
        _security = security;
        _address = endpoint.Authority;
        if (IPAddress.TryParse(endpoint.Host, out IPAddress? address))
        {
            _target = new IPEndPoint(address, endpoint.Port);
            _hostName = endpoint.FoundBy;
        }
        else
        {
            _target = new DnsEndPoint(endpoint.Host, endpoint.Port);
            _hostName = endpoint.Host;
        }
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The request may belong to another attempt by the time that the connection is there.
        HttpRequestMessage request = context.InitialRequestMessage;
        bool isSecure = _security.IsNeverPlain || SecureSchemes.Contain(request.RequestUri!.Scheme);
        List<SslApplicationProtocol> protocols = ProtocolsFor(request);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_target, cancellationToken).ConfigureAwait(false);
            EndpointStream plain = new(socket, _repeatsOnAnswers);
            if (!isSecure)
            {
                plain.Open();
                return plain;
            }

            SslStream secure = await SecureAsync(plain, context.DnsEndPoint.Host, protocols, cancellationToken).ConfigureAwait(false);
            if (secure.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
            {
                plain.Open();
            }

            return secure;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<SslStream> SecureAsync(
        NetworkStream plain, string calledHost, List<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        SslStream secure = new(plain, leaveInnerStreamOpen: false);
        SslClientAuthenticationOptions options = new()
        {
            // An endpoint given by name, or found by one in DNS, shows a certificate for that name; one given by address shows the service's.
            TargetHost = _tls.TargetHost ?? _hostName ?? calledHost,
            ApplicationProtocols = protocols,
            AllowRenegotiation = _tls.AllowRenegotiation,
            AllowTlsResume = _tls.AllowTlsResume,
            CertificateChainPolicy = _tls.CertificateChainPolicy,
            CertificateRevocationCheckMode = _tls.CertificateRevocationCheckMode,
            ClientCertificateContext = _tls.ClientCertificateContext,
            ClientCertificates = _tls.ClientCertificates,
            EnabledSslProtocols = _tls.EnabledSslProtocols,
            EncryptionPolicy = _tls.EncryptionPolicy,
            LocalCertificateSelectionCallback = _tls.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = _tls.RemoteCertificateValidationCallback,
        };
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            options.AllowRsaPkcs1Padding = _tls.AllowRsaPkcs1Padding;
            options.AllowRsaPssPadding = _tls.AllowRsaPssPadding;
        }

        if (!OperatingSystem.IsWindows() && !OperatingSystem.IsAndroid())
        {
            options.CipherSuitesPolicy = _tls.CipherSuitesPolicy;
        }

        IServerCheck? check = null;
        try
        {
            check = _security.Apply(options);
            await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (AuthenticationException failure)
        {
            throw new AuthenticationException($"TLS with {_address} failed. {check?.Refusal ?? failure.Message}", failure);
        }
    }

    private static List<SslApplicationProtocol> ProtocolsFor(HttpRequestMessage request) =>
        RequestProtocols.AreHttp1(request) ? s_http1
        : RequestProtocols.AreHttp2(request) ? s_http2
        : s_http2OrLower;
}
