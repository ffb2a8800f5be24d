using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.Client.Identity;

/// <summary>Decides whether the server at the other end of one connection is who it is to be. Its host's name means nothing.</summary>
/// <param name="trust">Whom to believe.</param>
/// <param name="wanted">The identities of which it must have any.</param>
/// <param name="time">The clock.</param>
internal sealed class PeerCheck(TrustBundle trust, IReadOnlyCollection<string> wanted, TimeProvider time) : IServerCheck
{
    public string? Refusal { get; private set; }

    /// <summary>What one process shows and asks of another.</summary>
    /// <param name="options">The options of one connection, which are written over.</param>
    /// <param name="self">Who we are; null: nobody yet, and nothing is shown.</param>
    public void Apply(SslClientAuthenticationOptions options, WorkloadIdentity? self)
    {
        options.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.EncryptionPolicy = EncryptionPolicy.RequireEncryption;
        options.AllowRenegotiation = false;

        // A resumed session would outlive the identity, or the authority, by which it was begun.
        options.AllowTlsResume = false;
        options.ClientCertificates = null;
        options.LocalCertificateSelectionCallback = null;
        options.ClientCertificateContext = self?.Certificate;
        options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;

        // The verdict is ours; this keeps the system from looking for authorities of its own.
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(trust.Roots.ToArray());
        options.RemoteCertificateValidationCallback = Accepts;
    }

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        PeerVerdict verdict = PeerCertificate.Verify(
            certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? [], trust, PeerRole.Server, time.GetUtcNow());
        Refusal = verdict.Refusal
            ?? (wanted.Contains(verdict.Id!.ToString()) ? null : $"It is {verdict.Id}, and is to be {string.Join(" or ", wanted)}.");
        return Refusal is null;
    }
}
