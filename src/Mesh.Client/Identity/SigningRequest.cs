using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.Client.Identity;

/// <summary>A new key, and the request for a certificate for it (PKCS#10).</summary>
internal static class SigningRequest
{
    /// <returns>The request and the key, which no other one has had.</returns>
    public static (string Request, string Key) New(SpiffeId id)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(new X500DistinguishedName([0x30, 0x00]), key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri(id.ToString()));
        request.CertificateExtensions.Add(names.Build(critical: true));
        return (request.CreateSigningRequestPem(), key.ExportPkcs8PrivateKeyPem());
    }
}
