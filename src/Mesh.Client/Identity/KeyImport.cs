using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity;

/// <summary>Makes keys from files and messages usable for TLS.</summary>
internal static class KeyImport
{
    /// <summary>Windows cannot use a key that it has no container for.</summary>
    public static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }
}
