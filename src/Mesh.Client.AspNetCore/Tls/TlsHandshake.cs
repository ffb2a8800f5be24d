using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Policy;
using Mesh.Client.Identity;
using Mesh.Client.Telemetry;
using Mesh.Model;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>
/// Makes TLS of a connection: this process shows the identity of that moment, and the caller has to prove its own. Sessions are not resumed, for the
/// certificate of a resumed one would be that of an earlier connection.
/// </summary>
internal sealed class TlsHandshake(InboundPolicyMonitor policy, InboundTelemetry telemetry, TimeProvider time, ILogger<TlsHandshake> logger, IIdentitySource? source = null)
{
    private readonly LogLimit _limit = new(time);

    /// <summary>Null: there is no connection, and all that is to be said has been.</summary>
    /// <param name="connection">Whose peer speaks TLS.</param>
    /// <param name="port">Where.</param>
    /// <param name="protocols">What is spoken there.</param>
    /// <param name="mode">Strict: an identity that is not there yet is waited for.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    public async Task<SecuredConnection?> TryAsync(ConnectionContext connection, int port, HttpProtocols protocols, InboundTls mode, CancellationToken cancellationToken)
    {
        if (await IdentityAsync(mode, cancellationToken).ConfigureAwait(false) is not { } identity)
        {
            telemetry.Handshake(port, InboundOutcome.NoIdentity);
            _limit.Log(() => logger.HandshakeWithoutIdentity($"{connection.RemoteEndPoint}", port, source?.Trouble ?? (source is null ? "Nothing gives it one." : "It has none yet.")));
            return null;
        }

        PeerCheck check = new(identity.Trust, policy.Current, time);
        SslStream stream = new(new DuplexStream(connection.Transport));
        try
        {
            await stream.AuthenticateAsServerAsync(Options(identity, protocols, check), cancellationToken).ConfigureAwait(false);
            telemetry.Handshake(port, InboundOutcome.Success);
            return new SecuredConnection(connection, stream, check.Proof!);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
        {
            Tell(connection, port, check, failure, cancellationToken.IsCancellationRequested);
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private static SslServerAuthenticationOptions Options(WorkloadIdentity identity, HttpProtocols protocols, PeerCheck check) => new()
    {
        ServerCertificateContext = identity.Certificate,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = check.Verify,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = Protocols(protocols),
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,

        // A chain is built before the check is asked. It decides nothing, and is to fetch nothing from where a stranger's certificate says.
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        },
    };

    private static List<SslApplicationProtocol> Protocols(HttpProtocols protocols) =>
    [
        .. protocols.HasFlag(HttpProtocols.Http2) ? [SslApplicationProtocol.Http2] : (SslApplicationProtocol[])[],
        .. protocols.HasFlag(HttpProtocols.Http1) ? [SslApplicationProtocol.Http11] : (SslApplicationProtocol[])[],
    ];

    private async Task<WorkloadIdentity?> IdentityAsync(InboundTls mode, CancellationToken cancellationToken)
    {
        if (source?.Current is { } current || source is null || mode != InboundTls.Strict)
        {
            return source?.Current;
        }

        try
        {
            return await source.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private void Tell(ConnectionContext connection, int port, PeerCheck check, Exception failure, bool isTooLate)
    {
        string peer = $"{connection.RemoteEndPoint}";
        if (check.Refusal is { } refusal)
        {
            telemetry.Handshake(port, InboundOutcome.Refused);
            _limit.Log(() => logger.CallerRefused(peer, port, refusal));
            return;
        }

        telemetry.Handshake(port, isTooLate ? InboundOutcome.Timeout : InboundOutcome.Failed);
        _limit.Log(() => logger.HandshakeFailed(peer, port, isTooLate ? $"It had not ended after {ListenerTls.Patience.TotalSeconds:0} s." : failure.GetBaseException().Message));
    }
}
