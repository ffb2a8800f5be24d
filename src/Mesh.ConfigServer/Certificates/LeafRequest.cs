using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Model.Documents;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What a process asks to have signed (PKCS#10). Only its key is taken from it.</summary>
internal sealed class LeafRequest
{
    private const int Longest = 32 * 1024;
    private const int ShortestRsa = 2048;
    private const int LongestRsa = 8192;

    // P-256 and P-384.
    private static readonly string[] s_curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34"];

    private readonly CertificateRequest _request;

    private LeafRequest(CertificateRequest request)
    {
        _request = request;
        KeyHash = CaCertificates.KeyHash(request.PublicKey);
    }

    public PublicKey Key => _request.PublicKey;

    /// <summary>Tells requests for one key from those for others.</summary>
    public string KeyHash { get; }

    /// <summary>The one URI that it names; null: it names nobody, or several.</summary>
    public string? Uri => Names() is [var uri] ? uri : null;

    /// <exception cref="RequestRefusedException">It cannot be read, is not signed by its key, or the key is weak.</exception>
    public static LeafRequest Read(string pem)
    {
        if (pem.Length > Longest)
        {
            throw RequestRefusedException.Bad($"csr is longer than {Longest} characters.");
        }

        CertificateRequest request;
        try
        {
            // Loading checks that the key's owner signed it.
            request = CertificateRequest.LoadSigningRequestPem(
                pem, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw RequestRefusedException.Bad("csr is no PKCS#10 request in PEM that is signed by its own key.");
        }

        return IsStrong(request.PublicKey) ? new LeafRequest(request)
            : throw RequestRefusedException.Bad(
                $"csr has a key that is not taken. Take EC on P-256 or P-384, or RSA of {ShortestRsa} to {LongestRsa} bits.");
    }

    /// <exception cref="RequestRefusedException">It asks for more than that.</exception>
    public void RequireOnly(SpiffeId granted)
    {
        if (Names() is not { } names)
        {
            throw RequestRefusedException.Denied($"The request for {granted} has names that are no URIs.");
        }

        if (names.FirstOrDefault(name => name != granted.ToString()) is { } other)
        {
            throw RequestRefusedException.Denied($"The request for {granted} names '{Wording.Printable(other, 300)}'.");
        }

        if (names.Count > 1)
        {
            throw RequestRefusedException.Denied($"The request for {granted} names it more than once.");
        }

        if (_request.CertificateExtensions.Any(IsForAuthority))
        {
            throw RequestRefusedException.Denied($"The request for {granted} asks to be an authority.");
        }
    }

    private static bool IsForAuthority(X509Extension extension) => extension switch
    {
        X509BasicConstraintsExtension constraints => constraints.CertificateAuthority,
        X509KeyUsageExtension usage => (usage.KeyUsages & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0,
        _ => false,
    };

    // Null: there are others than URIs.
    private List<string>? Names()
    {
        List<string> names = [];
        foreach (X509Extension extension in _request.CertificateExtensions.Where(extension => extension.Oid?.Value == UriName.Oid))
        {
            if (UriName.Read(extension) is not { } uris)
            {
                return null;
            }

            names.AddRange(uris);
        }

        return names;
    }

    private static bool IsStrong(PublicKey key)
    {
        try
        {
            using ECDsa? ec = key.GetECDsaPublicKey();
            if (ec is not null)
            {
                return ec.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true } curve && s_curves.Contains(curve.Oid.Value);
            }

            using RSA? rsa = key.GetRSAPublicKey();
            return rsa?.KeySize is >= ShortestRsa and <= LongestRsa;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
