using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Certificates;

/// <summary>
/// TLS at which callers are asked who they are. Who shows nothing, or what proves nothing, may still connect, for it may come to join.
/// </summary>
internal sealed class MutualTls(CertificateAuthority authority, ServerIdentity identity, TimeProvider time, ILogger<MutualTls> logger)
{
    // Peers are judged by the mesh's bundle alone: what the system thinks of them does not matter, and must not fetch anything.
    private static readonly X509ChainPolicy s_noOpinion = new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        DisableCertificateDownloads = true,
    };

    public void Use(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = context =>
        {
            ConnectionContext connection = context.Connection;
            connection.Features.Set(CallerIdentity.Unknown);
            return ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = identity.Current,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,

                // Each connection proves anew who it is.
                AllowTlsResume = false,
                AllowRenegotiation = false,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                CertificateChainPolicy = s_noOpinion,
                RemoteCertificateValidationCallback = (_, certificate, chain, _) => TakeNote(connection, certificate, chain),
            });
        },
    });

    // What it proves is for those to judge that are asked over the connection.
    private bool TakeNote(ConnectionContext connection, X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not X509Certificate2 shown)
        {
            return true;
        }

        TrustBundle trust = authority.Bundle;
        X509Certificate2Collection others = chain?.ChainPolicy.ExtraStore ?? [];
        PeerVerdict verdict = PeerCertificate.Verify(shown, others, trust, PeerRole.Client, time.GetUtcNow());
        connection.Features.Set(CallerIdentity.Of(verdict, shown, others, trust));
        if (!verdict.IsProven)
        {
            logger.CallerNotProven($"{connection.RemoteEndPoint}", verdict.Refusal);
        }

        return true;
    }
}
