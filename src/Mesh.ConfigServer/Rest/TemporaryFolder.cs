namespace Mesh.ConfigServer.Rest;

/// <summary>A folder of this process alone, gone with all that is in it when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path;

    private TemporaryFolder(string path) => _path = path;

    /// <summary>Others cannot read it.</summary>
    public static TemporaryFolder Create() => new(Directory.CreateTempSubdirectory("mesh-").FullName);

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
