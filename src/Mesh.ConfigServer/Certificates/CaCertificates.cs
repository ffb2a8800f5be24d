using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>How the certificates of our own authorities look.</summary>
internal static class CaCertificates
{
    private const int YearsOfRoot = 10;
    private const int DomainLetters = 12;

    // Clients' clocks may be late.
    private static readonly TimeSpan s_slack = TimeSpan.FromHours(24);

    public static X509Certificate2 Root(ECDsa key, string? trustDomain, DateTimeOffset now)
    {
        CertificateRequest request = Request("root", key, pathLength: null, trustDomain ?? DomainOf(new PublicKey(key)));
        using X509Certificate2 withKey = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - s_slack, now.AddYears(YearsOfRoot), SigningAuthority.NewSerial());
        return X509CertificateLoader.LoadCertificate(withKey.RawData);
    }

    /// <summary>Of one server, for it to issue by.</summary>
    public static X509Certificate2 Issuer(ECDsa key, SigningAuthority parent, string trustDomain, DateTimeOffset now)
    {
        DateTimeOffset notBefore = now - s_slack > parent.NotBefore ? now - s_slack : parent.NotBefore;
        DateTimeOffset notAfter = now.AddYears(1) < parent.NotAfter ? now.AddYears(1) : parent.NotAfter;
        return parent.Sign(Request("issuer", key, pathLength: 0, trustDomain), notBefore, notAfter);
    }

    /// <summary>A root once more, as signed by another: who trusts that one alone finds its way.</summary>
    public static X509Certificate2 Bridge(X509Certificate2 root, SigningAuthority by, DateTimeOffset now)
    {
        CertificateRequest request = new(root.SubjectName, root.PublicKey, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in root.Extensions.Where(extension => extension is not X509AuthorityKeyIdentifierExtension))
        {
            request.CertificateExtensions.Add(extension);
        }

        DateTimeOffset notBefore = now - s_slack > by.NotBefore ? now - s_slack : by.NotBefore;
        DateTimeOffset notAfter = root.NotAfter.ToUniversalTime() < by.NotAfter ? root.NotAfter.ToUniversalTime() : by.NotAfter;
        return by.Sign(request, notBefore, notAfter);
    }

    /// <summary>What a mesh is called that nobody named: by its root's key, so that no two are the same.</summary>
    public static string DomainOf(PublicKey key) => $"mesh-{KeyHash(key)[..DomainLetters]}";

    /// <summary>Of the whole public key.</summary>
    public static string KeyHash(PublicKey key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private static CertificateRequest Request(string role, ECDsa key, int? pathLength, string trustDomain)
    {
        PublicKey publicKey = new(key);
        X500DistinguishedName name = new($"CN=Mesh.Client {role} {KeyHash(publicKey)[..DomainLetters]}");
        return new CertificateRequest(name, publicKey, HashAlgorithmName.SHA256)
        {
            CertificateExtensions =
            {
                new X509BasicConstraintsExtension(certificateAuthority: true, pathLength is not null, pathLength ?? 0, critical: true),
                new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true),
                new X509SubjectKeyIdentifierExtension(publicKey, critical: false),
                UriName.OfDomain(trustDomain),
            },
        };
    }
}
