using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Model.Identity;

namespace Mesh.Client.AspNetCore.Tests.Infrastructure;

/// <summary>An authority of the tests' own, with an intermediate, as a config server has it.</summary>
internal sealed class TestAuthority
{
    public const string TrustDomain = "mesh-test";

    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _issuer;

    public TestAuthority()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = AuthorityRequest(rootKey, "root").CreateSelfSigned(now.AddDays(-100), now.AddDays(100));
        using ECDsa issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _issuer = AuthorityRequest(issuerKey, "issuer").Create(Root, now.AddDays(-99), now.AddDays(99), Serial()).CopyWithPrivateKey(issuerKey);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2Collection Between => [_issuer];

    public TrustBundle Bundle => BundleWith();

    public TrustBundle BundleWith(params TestAuthority[] others) => new(TrustDomain, [], [Root, .. others.Select(other => other.Root)]);

    public WorkloadIdentity Identity(string service, TrustBundle? trust = null) =>
        new(new SpiffeId(TrustDomain, "default", service), SslStreamCertificateContext.Create(Leaf(service), Between, offline: true), trust ?? Bundle);

    /// <summary>A workload's certificate, and one that is off in what is given.</summary>
    public X509Certificate2 Leaf(
        string service = "web", string[]? uris = null, int fromDays = -1, int toDays = 1, string[]? uses = null, bool isAuthority = false, bool isSelfSigned = false,
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature, string? dns = null, X509Certificate2? signer = null)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. (uses ?? [ServerUse, ClientUse]).Select(use => new Oid(use))], critical: false));
        SubjectAlternativeNameBuilder names = new();
        foreach (string uri in uris ?? [$"spiffe://{TrustDomain}/ns/default/sa/{service}"])
        {
            names.AddUri(new Uri(uri));
        }

        if (dns is not null)
        {
            names.AddDnsName(dns);
        }

        if (uris is not [] || dns is not null)
        {
            request.CertificateExtensions.Add(names.Build(critical: true));
        }

        using X509Certificate2 bare = isSelfSigned
            ? request.CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays))
            : Sign(request, signer ?? _issuer, now.AddDays(fromDays), now.AddDays(toDays)).CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>For a server alone.</summary>
    public static string[] ServerOnly => [ServerUse];

    // By the key alone, whatever its certificate says that it may.
    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 signer, DateTimeOffset from, DateTimeOffset to)
    {
        using ECDsa key = signer.GetECDsaPrivateKey()!;
        return request.Create(signer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, Serial());
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        return serial;
    }

    private static CertificateRequest AuthorityRequest(ECDsa key, string name)
    {
        CertificateRequest request = new($"CN={name} {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }
}
