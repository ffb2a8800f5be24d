using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.Client.Identity;

/// <summary>An identity as text: a chain, its leaf first, and the leaf's key (RFC 7468).</summary>
/// <param name="Chain">The certificates; authorities that are their own may be among them.</param>
/// <param name="Key">The leaf's key, not encrypted.</param>
internal sealed record IdentityPem(string Chain, string Key)
{
    /// <summary>The identity, where peers that trust the bundle would believe it.</summary>
    /// <param name="trust">Whom we believe, and peers with us.</param>
    /// <param name="at">The moment for which it must be good.</param>
    /// <exception cref="IdentityException">They would not.</exception>
    public WorkloadIdentity Open(TrustBundle trust, DateTimeOffset at)
    {
        X509Certificate2 leaf = Join();
        X509Certificate2Collection others = [.. Certificates(Chain).Skip(1).Where(certificate => !IsRoot(certificate))];
        PeerVerdict verdict = PeerCertificate.Verify(leaf, others, trust, PeerRole.Client, at);
        return verdict.IsProven
            ? new WorkloadIdentity(verdict.Id, SslStreamCertificateContext.Create(leaf, others, offline: true), trust)
            : throw new IdentityException($"The certificate is of no use to this process, for nobody would believe it. {verdict.Refusal}");
    }

    /// <summary>The certificates in a text, in their order; at least one.</summary>
    /// <exception cref="IdentityException">There is none, or one is damaged.</exception>
    public static X509Certificate2Collection Certificates(string pem)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (Exception failure) when (failure is CryptographicException or NotSupportedException)
        {
            throw new IdentityException($"A certificate is damaged. {failure.Message}", failure);
        }

        return certificates.Count > 0 ? certificates : throw new IdentityException("There is no certificate: no -----BEGIN CERTIFICATE-----.");
    }

    private X509Certificate2 Join()
    {
        try
        {
            return KeyImport.Usable(X509Certificate2.CreateFromPem(Chain, Key));
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new IdentityException($"The key is none for the certificate. {failure.Message}", failure);
        }
    }

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
