using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mesh.Client.Transport.Tls;

/// <summary>A file with certificates or a key as text (RFC 7468), and the setting that names it.</summary>
internal sealed class PemFile
{
    // Every authority of the web's takes up about 200 KB. What is longer is another kind of file.
    private const int LongestFile = 4 * 1024 * 1024;

    private PemFile(string setting, string path, string text)
    {
        Setting = setting;
        Path = path;
        Text = text;
    }

    public string Setting { get; }

    public string Path { get; }

    public string Text { get; }

    public byte[] Digest => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <param name="setting">The setting that names the file.</param>
    /// <param name="path">What it says; null: nothing.</param>
    /// <param name="folder">Where the file is, unless the path is a full one.</param>
    /// <exception cref="TlsFileException">The file cannot be read.</exception>
    public static PemFile? Read(string setting, string? path, string folder)
    {
        if (path is null)
        {
            return null;
        }

        string full = System.IO.Path.GetFullPath(path, folder);
        try
        {
            return new FileInfo(full) is { Exists: true, Length: > LongestFile }
                ? throw new TlsFileException(setting, $"'{full}' is no PEM file: it is longer than {LongestFile / 1024 / 1024} MB.")
                : new PemFile(setting, full, File.ReadAllText(full));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TlsFileException(setting, $"'{full}' cannot be read. {failure.Message}", failure);
        }
    }

    /// <summary>The certificates in it, in their order; at least one.</summary>
    /// <exception cref="TlsFileException">There is none, or one is damaged.</exception>
    public X509Certificate2Collection Certificates()
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(Text);
        }
        catch (Exception failure) when (failure is CryptographicException or NotSupportedException)
        {
            throw new TlsFileException(Setting, $"A certificate in '{Path}' is damaged. {failure.Message}", failure);
        }

        return certificates.Count > 0
            ? certificates
            : throw new TlsFileException(Setting, $"'{Path}' has no certificate: there is no -----BEGIN CERTIFICATE----- in it.");
    }
}
