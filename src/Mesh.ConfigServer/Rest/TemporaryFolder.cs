using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Rest;

/// <summary>A folder of this process alone, gone with all that is in it when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path;

    private TemporaryFolder(string path) => _path = path;

    /// <summary>Others cannot read it.</summary>
    /// <exception cref="StoreException">It cannot be made.</exception>
    public static TemporaryFolder Create()
    {
        try
        {
            return new TemporaryFolder(Directory.CreateTempSubdirectory("mesh-").FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    /// <summary>What it means to whoever runs the server that nothing can be written there.</summary>
    public static StoreException Failed(Exception reason) => new(
        StoreFailure.Unavailable,
        $"Backups go through the temporary directory {Path.GetTempPath()}, which cannot be written: {reason.Message.TrimEnd('.')}. "
        + "Nothing was changed. Free some space there, or start the server with TMPDIR naming a directory that it may write.",
        reason);

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
