using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Model.Identity;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>An authority of a mesh of the tests' own: a root, and the intermediate by which it signs.</summary>
internal sealed class MeshAuthority
{
    public const string TrustDomain = "mesh-test";

    public const string ConfigServer = $"spiffe://{TrustDomain}/ns/mesh-system/sa/config-server";

    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _issuer;

    /// <param name="now">What its clock says.</param>
    public MeshAuthority(DateTimeOffset? now = null)
    {
        Now = now ?? DateTimeOffset.UtcNow;
        _root = Sign("CN=root", ECDsa.Create(ECCurve.NamedCurves.nistP256), issuer: null, isAuthority: true, uri: null, Now.AddDays(-30), Now.AddDays(3650));
        _issuer = Sign("CN=issuer", ECDsa.Create(ECCurve.NamedCurves.nistP256), _root, isAuthority: true, uri: null, Now.AddDays(-20), Now.AddDays(365));
    }

    public DateTimeOffset Now { get; set; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    public string Root => _root.ExportCertificatePem();

    public string Issuer => _issuer.ExportCertificatePem();

    /// <summary>What a join token of its mesh ends with.</summary>
    public string KeyHash => Convert.ToBase64String(SHA256.HashData(_root.PublicKey.ExportSubjectPublicKeyInfo())).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>A certificate with its key, and its issuer's behind it.</summary>
    /// <param name="uri">Whose it is.</param>
    /// <param name="around">How long it is good, before and after this moment; null: as those that processes ask for.</param>
    public (X509Certificate2 Leaf, X509Certificate2Collection Others, string Key) Issue(string uri, TimeSpan? around = null)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 leaf = Sign("", key, _issuer, isAuthority: false, uri, Now - (around ?? TimeSpan.FromMinutes(5)), Now + (around ?? Lifetime));
        return (leaf, [X509CertificateLoader.LoadCertificate(_issuer.RawData)], key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>One that a process has of it.</summary>
    public WorkloadIdentity Identity(string uri)
    {
        (X509Certificate2 leaf, _, string key) = Issue(uri);
        return new IdentityPem(leaf.ExportCertificatePem() + "\n" + Issuer, key).Open(new TrustBundle(TrustDomain, [], [_root]), Now);
    }

    /// <summary>Signs the key of a request for a URI, whatever the request says. Leaf, issuer, root.</summary>
    public string[] Sign(string request, string uri)
    {
        CertificateRequest asked = CertificateRequest.LoadSigningRequestPem(
            request, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        using X509Certificate2 leaf = Complete(new CertificateRequest(new X500DistinguishedName(""), asked.PublicKey, HashAlgorithmName.SHA256), false, uri)
            .Create(_issuer, Now.AddMinutes(-5), Now + Lifetime, RandomNumberGenerator.GetBytes(16));
        return [leaf.ExportCertificatePem(), Issuer, Root];
    }

    public bool HasIssued(X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.ExtraStore.Add(_issuer);
        return chain.Build(certificate);
    }

    private static X509Certificate2 Sign(
        string subject, ECDsa key, X509Certificate2? issuer, bool isAuthority, string? uri, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        CertificateRequest request = Complete(new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256), isAuthority, uri);
        if (issuer is null)
        {
            return request.CreateSelfSigned(notBefore, notAfter);
        }

        using X509Certificate2 signed = request.Create(issuer, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static CertificateRequest Complete(CertificateRequest request, bool isAuthority, string? uri)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(isAuthority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, critical: true));
        if (uri is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
            SubjectAlternativeNameBuilder names = new();
            names.AddUri(new Uri(uri));
            request.CertificateExtensions.Add(names.Build(critical: true));
        }

        return request;
    }
}
