using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Private keys as files: PKCS#8 in PEM, encrypted where there is a passphrase.</summary>
internal sealed class KeyFiles(AuthoritySettings settings)
{
    private static readonly PbeParameters s_encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    private readonly string? _passphrase = Passphrase.Read(settings);

    private string Option => settings.NameOf(nameof(MeshConfigServerOptions.CaPassphraseFile));

    public void Write(string file, ECDsa key) => SecretFiles.Write(
        file, (_passphrase is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(_passphrase, s_encryption)) + "\n");

    /// <summary>A key of our own, whose certificate is not there yet.</summary>
    public ECDsa ReadOwn(string file) => Safely(file, pem =>
    {
        ECDsa key = ECDsa.Create();
        if (_passphrase is null)
        {
            key.ImportFromPem(pem);
        }
        else
        {
            key.ImportFromEncryptedPem(pem, _passphrase);
        }

        return key;
    });

    /// <summary>A certificate with its key.</summary>
    /// <param name="certificate">Without it.</param>
    /// <param name="certificateFile">Where it is from, for messages.</param>
    /// <param name="file">The key's.</param>
    /// <exception cref="IOException">The key is damaged, cannot be decrypted, or is another's.</exception>
    public X509Certificate2 Read(X509Certificate2 certificate, string certificateFile, string file)
    {
        try
        {
            return Safely(file, pem => _passphrase is null
                ? X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), pem)
                : X509Certificate2.CreateFromEncryptedPem(certificate.ExportCertificatePem(), pem, _passphrase));
        }
        catch (ArgumentException exception)
        {
            throw new IOException(
                $"{file} is not the key of {certificateFile}: {exception.Message.TrimEnd('.')}. Put the two that belong together back from a copy.", exception);
        }
    }

    private T Safely<T>(string file, Func<string, T> read)
    {
        string pem = SecretFiles.Read(file);
        bool isEncrypted = pem.Contains("ENCRYPTED", StringComparison.Ordinal);
        if (isEncrypted != _passphrase is not null)
        {
            throw new IOException(isEncrypted
                ? $"{file} is encrypted. Name the file that has its passphrase with {Option}."
                : $"{file} is not encrypted, and {Option} says that it is. Encrypt it, by 'openssl pkcs8 -topk8 -in {file}', or leave the option out.");
        }

        try
        {
            return read(pem);
        }
        catch (CryptographicException exception)
        {
            throw new IOException(
                $"{file} is damaged, of another kind than its certificate, or {(isEncrypted ? "of another passphrase" : "no key")}: "
                + $"{exception.Message.TrimEnd('.')}. Put it back from a copy.", exception);
        }
    }
}
