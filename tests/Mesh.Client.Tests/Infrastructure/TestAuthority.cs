using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>An authority of the tests' own, that no system trusts.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string Servers = "1.3.6.1.5.5.7.3.1";
    private const string Clients = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _root;

    public TestAuthority(string name = "authority")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(1));
    }

    public string Pem => _root.ExportCertificatePem();

    /// <summary>A certificate with its key, which is good for a day.</summary>
    /// <param name="host">The host or URI that it is for.</param>
    /// <param name="daysLeft">How long it is good; below 0: it was, until then.</param>
    /// <param name="isClients">Whether it is for callers and for no server.</param>
    public X509Certificate2 Issue(string host, int daysLeft = 1, bool isClients = false)
    {
        SubjectAlternativeNameBuilder names = new();
        if (Uri.TryCreate(host, UriKind.Absolute, out Uri? uri))
        {
            names.AddUri(uri);
        }
        else
        {
            names.AddDnsName(host);
        }

        return Issue(names.Build(), daysLeft, isClients);
    }

    public X509Certificate2 Issue(X509Extension names, int daysLeft = 1, bool isClients = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=leaf", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isClients ? Clients : Servers)], critical: false));
        using X509Certificate2 certificate = request.Create(
            _root, DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(daysLeft), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public bool HasIssued(X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        return chain.Build(certificate);
    }

    public void Dispose() => _root.Dispose();
}
