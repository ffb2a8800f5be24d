using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AspNetCore.Policy;
using Mesh.Model.Identity;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>Looks at what a caller shows in one handshake.</summary>
internal sealed class PeerCheck(TrustBundle trust, InboundRules rules, TimeProvider time)
{
    public const string Revoked = "Its identity was revoked.";

    /// <summary>Null: it was let in, or nothing was looked at.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Null: it was not let in.</summary>
    public PeerProof? Proof { get; private set; }

    public bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        X509Certificate2? shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());

        // The store dies with the handshake.
        X509Certificate2Collection others = chain?.ChainPolicy.ExtraStore ?? [];
        PeerVerdict verdict = PeerCertificate.Verify(shown, others, trust, PeerRole.Client, time.GetUtcNow());
        if (verdict.IsProven && rules.IsRevoked(verdict.Id, shown!.NotBefore.ToUniversalTime()))
        {
            verdict = PeerVerdict.Refused(Revoked);
        }

        Refusal = verdict.Refusal;
        Proof = verdict.IsProven ? new PeerProof(verdict.Id, shown!, [.. others.Select(other => other.RawData)], trust) : null;
        return verdict.IsProven;
    }
}
