using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;

namespace Mesh.Client.Transport.Tls;

/// <summary>What the files of a service's <c>Tls</c> held at one moment.</summary>
internal sealed class TlsCertificates
{
    private readonly byte[] _digest;

    private TlsCertificates(byte[] digest)
    {
        _digest = digest;
    }

    /// <summary>The authorities that are trusted; null: the system's.</summary>
    public X509Certificate2Collection? Authorities { get; private init; }

    /// <summary>Our certificate with its chain; null: none.</summary>
    public SslStreamCertificateContext? Client { get; private init; }

    /// <summary>Reads the files.</summary>
    /// <param name="names">The files.</param>
    /// <param name="folder">Where those are that have no full path.</param>
    /// <param name="former">What they held before: returned where nothing has changed.</param>
    /// <exception cref="TlsFileException">A file is missing, is no PEM file, or does not fit the others.</exception>
    public static TlsCertificates Read(TlsFileNames names, string folder, TlsCertificates? former = null)
    {
        PemFile? authorities = PemFile.Read(nameof(names.CaCertificates), names.CaCertificates, folder);
        PemFile? certificate = PemFile.Read(nameof(names.ClientCertificate), names.ClientCertificate, folder);
        PemFile? key = PemFile.Read(nameof(names.PrivateKey), names.PrivateKey, folder) ?? certificate;
        byte[] digest = [.. new[] { authorities, certificate, key }.SelectMany(file => file?.Digest ?? [])];
        return former is not null && former._digest.AsSpan().SequenceEqual(digest)
            ? former
            : new TlsCertificates(digest)
            {
                Authorities = authorities?.Certificates(),
                Client = certificate is null ? null : Join(certificate, key!),
            };
    }

    private static SslStreamCertificateContext Join(PemFile certificate, PemFile key)
    {
        X509Certificate2Collection chain = certificate.Certificates();
        chain.RemoveAt(0);
        try
        {
            return SslStreamCertificateContext.Create(KeyImport.Usable(X509Certificate2.CreateFromPem(certificate.Text, key.Text)), chain, offline: true);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new TlsFileException(
                key.Setting, $"'{key.Path}' has no key for the certificate in '{certificate.Path}'. A key in PEM form without a password is needed. {failure.Message}", failure);
        }
    }
}
