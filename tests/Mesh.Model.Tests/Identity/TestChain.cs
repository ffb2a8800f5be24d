using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Identity;

namespace Mesh.Model.Tests.Identity;

/// <summary>A root, an intermediate under it, and what they issue.</summary>
internal sealed class TestChain : IDisposable
{
    public const string Web = "spiffe://mesh/ns/shop/sa/web";

    public static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly Oid s_server = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid s_client = new("1.3.6.1.5.5.7.3.2");

    private readonly List<X509Certificate2> _issued = [];

    public TestChain()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = Keep(Authority("CN=root", key).CreateSelfSigned(Now.AddYears(-1), Now.AddYears(9)));
        using ECDsa issuer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Issue(Root, Authority("CN=issuer", issuer), Now.AddDays(-30), Now.AddDays(300));
        Issuer = Keep(certificate.CopyWithPrivateKey(issuer));
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuer { get; }

    public TrustBundle Bundle => new("mesh", ["former"], [Root]);

    public static X509Extension Both => Uses(s_server, s_client);

    public static X509Extension ServerOnly => Uses(s_server);

    public static X509Extension Signature => new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true);

    public static X509Extension Uris(params string[] uris) => Names(names => Array.ForEach(uris, uri => names.AddUri(new Uri(uri))));

    public static X509Extension Names(Action<SubjectAlternativeNameBuilder> add)
    {
        SubjectAlternativeNameBuilder names = new();
        add(names);
        return names.Build(critical: true);
    }

    public X509Certificate2 Leaf(params X509Extension[] extensions) => Leaf(Now.AddMinutes(-5), Now.AddHours(24), extensions);

    public X509Certificate2 Leaf(DateTimeOffset from, DateTimeOffset to, params X509Extension[] extensions)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=leaf", key, HashAlgorithmName.SHA256);
        Array.ForEach(extensions, request.CertificateExtensions.Add);
        return Keep(Issue(Issuer, request, from, to));
    }

    /// <summary>What a workload issued with its own key.</summary>
    public X509Certificate2 LeafOfLeaf(out X509Certificate2 leaf, params X509Extension[] extensions)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=leaf", key, HashAlgorithmName.SHA256);
        Array.ForEach(extensions, request.CertificateExtensions.Add);
        leaf = Keep(Issue(Issuer, request, Now.AddMinutes(-5), Now.AddHours(24)));
        CertificateRequest other = new(
            new X500DistinguishedName("CN=other"), new PublicKey(key), HashAlgorithmName.SHA256);
        Array.ForEach(extensions, other.CertificateExtensions.Add);
        return Keep(other.Create(
            leaf.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Now.AddMinutes(-5), Now.AddHours(1), RandomNumberGenerator.GetBytes(8)));
    }

    public X509Certificate2 SelfSigned(params X509Extension[] extensions)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=leaf", key, HashAlgorithmName.SHA256);
        Array.ForEach(extensions, request.CertificateExtensions.Add);
        return Keep(request.CreateSelfSigned(Now.AddMinutes(-5), Now.AddHours(24)));
    }

    public void Dispose() => _issued.ForEach(certificate => certificate.Dispose());

    private static X509EnhancedKeyUsageExtension Uses(params Oid[] uses) => new([.. uses], critical: false);

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, CertificateRequest request, DateTimeOffset from, DateTimeOffset to) =>
        request.Create(authority, from, to, RandomNumberGenerator.GetBytes(8));

    private X509Certificate2 Keep(X509Certificate2 certificate)
    {
        _issued.Add(certificate);
        return certificate;
    }
}
