using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>An authority whose key is here.</summary>
internal sealed class SigningAuthority
{
    private const int SerialBytes = 16;

    private readonly Lock _signing = new();
    private readonly X509SignatureGenerator _generator;

    /// <param name="certificate">With its key.</param>
    /// <param name="above">Those above it, the root last; none: it is the root.</param>
    public SigningAuthority(X509Certificate2 certificate, IEnumerable<X509Certificate2> above)
    {
        Certificate = certificate;
        Path = [X509CertificateLoader.LoadCertificate(certificate.RawData), .. above];
        _generator = certificate.GetECDsaPrivateKey() is { } ec
            ? X509SignatureGenerator.CreateForECDsa(ec)
            : X509SignatureGenerator.CreateForRSA(certificate.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>From it to the root, without keys.</summary>
    public ImmutableArray<X509Certificate2> Path { get; }

    public X509Certificate2 Root => Path[^1];

    public DateTimeOffset NotBefore => Certificate.NotBefore.ToUniversalTime();

    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    public X509Certificate2 Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        bool isNamedByKey = Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any();
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, isNamedByKey, !isNamedByKey));
        lock (_signing)
        {
            return request.Create(Certificate.SubjectName, _generator, notBefore, notAfter, NewSerial());
        }
    }

    // Positive and of full length, as all readers take it.
    public static byte[] NewSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}
