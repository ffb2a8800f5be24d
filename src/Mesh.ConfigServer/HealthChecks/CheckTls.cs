using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.ConfigServer.Certificates;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.HealthChecks;

/// <summary>Asks those that take nothing but the mesh's TLS: as the config server, and only who they say they are.</summary>
internal sealed class CheckTls(CertificateAuthority authority, ServerIdentity self, TimeProvider time)
{
    /// <param name="plain">The connection.</param>
    /// <param name="wanted">Who has to be at its end.</param>
    /// <param name="version">Of HTTP, that is to be spoken at least.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AuthenticationException">Somebody else is, or nobody who takes it.</exception>
    public async Task<Stream> SecureAsync(Stream plain, string wanted, Version version, CancellationToken cancellationToken)
    {
        string? refusal = null;
        SslStream secure = new(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    ClientCertificateContext = self.Current,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ApplicationProtocols = version.Major >= 2 ? [SslApplicationProtocol.Http2] : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                    AllowTlsResume = false,
                    AllowRenegotiation = false,
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        RevocationMode = X509RevocationMode.NoCheck,
                        DisableCertificateDownloads = true,
                    },
                    RemoteCertificateValidationCallback = (_, shown, chain, _) => (refusal = Refusal(shown, chain, wanted)) is null,
                },
                cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (AuthenticationException failure)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw refusal is null ? failure : new AuthenticationException(refusal, failure);
        }
    }

    private string? Refusal(X509Certificate? shown, X509Chain? chain, string wanted)
    {
        PeerVerdict verdict = PeerCertificate.Verify(
            shown as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? [], authority.Bundle, PeerRole.Server, time.GetUtcNow());
        return verdict.Refusal ?? (verdict.Id!.ToString() == wanted ? null : $"it is {verdict.Id}, and is to be {wanted}");
    }
}
