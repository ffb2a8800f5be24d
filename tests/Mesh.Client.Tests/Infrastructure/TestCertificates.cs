using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Certificates made for the run.</summary>
internal static class TestCertificates
{
    private static readonly Lazy<X509Certificate2> s_localhost = new(() => Create("localhost"));
    private static readonly Lazy<X509Certificate2> s_catalog = new(() => Create("catalog"));
    private static readonly Lazy<X509Certificate2> s_stranger = new(() => Create("localhost"));

    public static X509Certificate2 Localhost => s_localhost.Value;

    public static X509Certificate2 Catalog => s_catalog.Value;

    /// <summary>One for localhost that nobody trusts.</summary>
    public static X509Certificate2 Stranger => s_stranger.Value;

    private static X509Certificate2 Create(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
