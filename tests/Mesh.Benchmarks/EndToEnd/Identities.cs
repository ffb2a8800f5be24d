using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Model.Identity;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>A mesh's identities as files, for <c>Mesh:Identity:Directory</c> and for those that are no part of the mesh. They go with the suite.</summary>
internal sealed class Identities : IDisposable
{
    public const string Caller = "caller";

    private const string TrustDomain = "mesh-benchmarks";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset s_from = DateTimeOffset.UtcNow.AddMinutes(-5);
    private static readonly DateTimeOffset s_to = s_from.AddDays(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-benchmarks-");

    public Identities()
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 root = Authority("root", rootKey).CreateSelfSigned(s_from, s_to);
        using ECDsa issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 shown = Authority("issuer", issuerKey).Create(root, s_from, s_to, Serial());
        using X509Certificate2 issuer = shown.CopyWithPrivateKey(issuerKey);
        foreach (string service in (string[])[Answers.Service, Caller])
        {
            Write(service, root, issuer);
        }
    }

    /// <summary>Where they are, each in a folder with its service's name.</summary>
    public string Folder => _folder.FullName;

    public static string IdOf(string service) => $"{new SpiffeId(TrustDomain, "default", service)}";

    public static string FolderOf(string folder, string service) => Path.Combine(folder, service);

    /// <summary>Certificates and key in one file, as HAProxy wants them.</summary>
    public static string BundleOf(string folder, string service) => Path.Combine(folder, service, "all.pem");

    /// <summary>Those who are to be believed.</summary>
    public static string RootsOf(string folder, string service) => Path.Combine(folder, service, "ca.crt");

    public static WorkloadIdentity Open(string folder, string service)
    {
        IdentityPem pem = new(Read("tls.crt"), Read("tls.key"));
        return pem.Open(new TrustBundle(TrustDomain, [], IdentityPem.Certificates(Read("ca.crt"))), DateTimeOffset.UtcNow);

        string Read(string file) => File.ReadAllText(Path.Combine(folder, service, file));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }

    private static byte[] Serial() => [0x40, .. RandomNumberGenerator.GetBytes(15)];

    /// <summary>As a config server issues them.</summary>
    private void Write(string service, X509Certificate2 root, X509Certificate2 issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse), new Oid(ClientUse)], critical: false));
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri(IdOf(service)));
        request.CertificateExtensions.Add(names.Build(critical: true));
        using X509Certificate2 leaf = request.Create(issuer, s_from, s_to, Serial());

        string folder = _folder.CreateSubdirectory(service).FullName;
        string chain = $"{leaf.ExportCertificatePem()}\n{issuer.ExportCertificatePem()}\n";
        string secret = $"{key.ExportPkcs8PrivateKeyPem()}\n";
        File.WriteAllText(Path.Combine(folder, "tls.crt"), chain);
        File.WriteAllText(Path.Combine(folder, "tls.key"), secret);
        File.WriteAllText(RootsOf(Folder, service), $"{root.ExportCertificatePem()}\n");
        File.WriteAllText(BundleOf(Folder, service), chain + secret);
    }
}
