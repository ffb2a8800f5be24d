using System.Globalization;

namespace Mesh.ConfigServer.Store;

/// <summary>The directory of a store, held by one process alone. For its owner's eyes only.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnersDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Makes it if there is none, and takes it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="option">What messages call the option that names it.</param>
    /// <exception cref="StoreException">Another process has it, or it cannot be written.</exception>
    public static DataDirectory Take(string path, string option)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            MakeDirectory(full);
            RefuseOthers(full, option);
            return new DataDirectory(full, Hold(full, option));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreFailure.Unavailable,
                $"{full} cannot be used for the store: {e.Message.TrimEnd('.')}. "
                + $"Mend that, or give {option} a directory that this user may write.",
                e);
        }
    }

    /// <summary>Makes an empty file that only its owner may read, unless it is there.</summary>
    public static void MakeFile(string file) => Open(file, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();

    /// <summary>Whoever may write there changes every rule of the mesh.</summary>
    /// <exception cref="StoreException">Others than the owner may write it.</exception>
    public static void RefuseOthers(string path, string option)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & OthersWrite) != 0)
        {
            throw new StoreException(
                StoreFailure.Unavailable,
                $"{path} can be written by others than its owner (mode {Convert.ToString((int)mode, 8)}): "
                + "they could change every rule of the mesh. "
                + $"Run 'chmod go-w {path}', or give {option} a directory that does not exist yet.");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string PidFile(string path) => System.IO.Path.Combine(path, "mesh.pid");

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnersDirectory);
        }
    }

    private static FileStream Hold(string path, string option)
    {
        FileStream held = Lock(path, option);
        try
        {
            MakeFile(PidFile(path));
            File.WriteAllText(PidFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static FileStream Lock(string path, string option)
    {
        try
        {
            return Open(System.IO.Path.Combine(path, "mesh.lock"), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new StoreException(
                StoreFailure.InUse,
                $"{path} is in use by {Holder(path)}: one server per directory. Stop that one, or give {option} another directory.",
                e);
        }
    }

    // .NET has no exception of its own for it: EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    // Whose the lock is cannot be read from the locked file itself, and the other one may not have come to write this yet.
    private static string Holder(string path) =>
        File.Exists(PidFile(path)) && File.ReadAllText(PidFile(path)).Trim() is { Length: > 0 } process
            ? $"process {process}" : "another process";

    private static FileStream Open(string file, FileMode mode, FileShare share)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersFile;
        }

        return new FileStream(file, options);
    }
}
