namespace Mesh.Interop.Tests.Peers;

/// <summary>A certificate with its key and those it believes, as files, until it is disposed.</summary>
internal sealed class CertificateFolder : IDisposable
{
    private readonly string _folder;

    private CertificateFolder(string folder, string id) => (_folder, Id) = (folder, id);

    /// <summary>Who shows it: <c>spiffe://…</c>.</summary>
    public string Id { get; }

    public string Chain => Path.Combine(_folder, "cert-chain.pem");

    public string Key => Path.Combine(_folder, "key.pem");

    public string Roots => Path.Combine(_folder, "root-cert.pem");

    public static CertificateFolder Write(string chain, string key, string roots, string id)
    {
        CertificateFolder folder = new(Directory.CreateTempSubdirectory("mesh-certificates-").FullName, id);
        File.WriteAllText(folder.Chain, chain);
        File.WriteAllText(folder.Key, key);
        File.WriteAllText(folder.Roots, roots);
        return folder;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
