using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Rest;

/// <summary>An authority's certificate.</summary>
/// <param name="Subject">Its name.</param>
/// <param name="KeyHash">The SHA-256 of its public key (SubjectPublicKeyInfo), as tokens have it: base64url.</param>
/// <param name="NotBefore">Since when it holds.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Pem">All of it.</param>
internal sealed record CaCertificate(string Subject, string KeyHash, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Pem)
{
    public static CaCertificate Of(X509Certificate2 certificate) => new(
        certificate.Subject, Base64Url.EncodeToString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())),
        certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), certificate.ExportCertificatePem() + "\n");
}
