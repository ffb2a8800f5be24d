using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A folder of the test's own for certificates and keys.</summary>
internal sealed class PemFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("mesh-tls-").FullName;

    /// <summary>Writes a file, and returns its full path.</summary>
    public string Write(string name, string text)
    {
        string path = Path.Combine(_path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string WriteKey(string name, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return Write(name, key.ExportPkcs8PrivateKeyPem());
    }

    public string PathOf(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
