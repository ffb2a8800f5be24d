using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ConfigServer.Certificates;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.ConfigServer.Tests.Certificates;

/// <summary>A folder in which an authority is opened again and again, and processes that ask it.</summary>
internal sealed class AuthorityBench : IDisposable
{
    private readonly TempFolder _folder = new();

    public AuthorityBench() => Settings = new AuthoritySettings { Directory = At("ca") };

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public FakeLogger Log { get; } = new();

    public AuthoritySettings Settings { get; set; }

    public string At(string file) => _folder[file];

    public string Write(string file, string text)
    {
        File.WriteAllText(At(file), text);
        Protect(At(file));
        return At(file);
    }

    public CertificateAuthority Open() => CertificateAuthority.Open(Settings, Time, Log);

    /// <summary>Why it does not open.</summary>
    public string Fault() => Assert.Throws<IOException>(Open).Message;

    /// <summary>A request as a process makes it.</summary>
    /// <param name="key">The process's.</param>
    /// <param name="extensions">What it asks for beside.</param>
    public static string Csr(ECDsa key, params IEnumerable<X509Extension> extensions) =>
        WithExtensions(new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256), extensions).CreateSigningRequestPem();

    public static CertificateRequest WithExtensions(CertificateRequest request, IEnumerable<X509Extension> extensions)
    {
        foreach (X509Extension extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        return request;
    }

    /// <summary>An operator's authority.</summary>
    /// <param name="key">Its own.</param>
    /// <param name="name">Its name.</param>
    /// <param name="pathLength">How many may be below it; null: any.</param>
    /// <param name="parent">Who signs it, with the key; null: itself.</param>
    public X509Certificate2 Ca(AsymmetricAlgorithm key, string name, int? pathLength = null, X509Certificate2? parent = null)
    {
        CertificateRequest request = WithExtensions(
            key is RSA rsa ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256),
            [
                new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true),
                new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true),
            ]);
        DateTimeOffset now = Time.GetUtcNow();
        return parent is null ? request.CreateSelfSigned(now.AddDays(-1), now.AddYears(3))
            : request.Create(parent.SubjectName, GeneratorOf(parent), now.AddDays(-1), now.AddYears(2), SigningAuthority.NewSerial());
    }

    public void Dispose() => _folder.Dispose();

    private static X509SignatureGenerator GeneratorOf(X509Certificate2 parent) => parent.GetECDsaPrivateKey() is { } ec
        ? X509SignatureGenerator.CreateForECDsa(ec) : X509SignatureGenerator.CreateForRSA(parent.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1);

    private static void Protect(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
