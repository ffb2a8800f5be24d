using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>By what a caller has proven who it is. It can be looked at again when others are trusted.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="Certificate">What it has shown.</param>
/// <param name="Others">What it has shown with it, as it was sent: kept as objects they would weigh more, and they are looked at once in months.</param>
/// <param name="Trust">By whom it was believed.</param>
internal sealed record PeerProof(SpiffeId Id, X509Certificate2 Certificate, IReadOnlyList<byte[]> Others, TrustBundle Trust)
{
    public DateTimeOffset NotBefore { get; } = Certificate.NotBefore.ToUniversalTime();

    public DateTimeOffset NotAfter { get; } = Certificate.NotAfter.ToUniversalTime();

    /// <summary>Whether others believe it.</summary>
    public PeerVerdict Verify(TrustBundle trust, DateTimeOffset now)
    {
        X509Certificate2[] others = [.. Others.Select(X509CertificateLoader.LoadCertificate)];
        try
        {
            return PeerCertificate.Verify(Certificate, others, trust, PeerRole.Client, now);
        }
        finally
        {
            Array.ForEach(others, certificate => certificate.Dispose());
        }
    }
}
