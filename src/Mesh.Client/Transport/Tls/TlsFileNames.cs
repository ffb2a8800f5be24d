using Mesh.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>The PEM files that a service's <c>Tls</c> names, as they stand in the settings.</summary>
/// <param name="CaCertificates">The authorities that are trusted; null: the system's.</param>
/// <param name="ClientCertificate">Our certificate, and those between it and its authority; null: none.</param>
/// <param name="PrivateKey">Its key; null: it is in the certificate's file.</param>
internal sealed record TlsFileNames(string? CaCertificates, string? ClientCertificate, string? PrivateKey)
{
    /// <summary>Null: the settings name no files.</summary>
    public static TlsFileNames? Of(TlsSettings? settings) =>
        settings is null or { CaCertificates: null, ClientCertificate: null }
            ? null
            : new TlsFileNames(settings.CaCertificates, settings.ClientCertificate, settings.PrivateKey);
}
