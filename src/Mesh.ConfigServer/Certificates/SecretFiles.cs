using System.Globalization;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Files that only their owner may read, and that are whole whatever happens to the machine.</summary>
internal static class SecretFiles
{
    private const UnixFileMode OwnersDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OwnersDirectory);
        RefuseOthers(path, "chmod 700");
    }

    /// <exception cref="IOException">It cannot be read, or others can.</exception>
    public static string Read(string path)
    {
        string text = ReadPublic(path);
        if (!OperatingSystem.IsWindows())
        {
            RefuseOthers(path, "chmod 600");
        }

        return text;
    }

    /// <exception cref="IOException">It cannot be read.</exception>
    public static string ReadPublic(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be read: {exception.Message.TrimEnd('.')}. Put it there, for the user that the server runs as.", exception);
        }
    }

    /// <summary>It is made beside its place and put there when it is on the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">All of it.</param>
    /// <param name="overwrite">Whether there may be one already.</param>
    public static void Write(string path, string text, bool overwrite = false)
    {
        string unfinished = path + ".new";
        try
        {
            File.Delete(unfinished);
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnersFile;
            }

            using (FileStream stream = new(unfinished, options))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: {exception.Message.TrimEnd('.')}. See to the directory, then start the server again.", exception);
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void RefuseOthers(string path, string remedy)
    {
        UnixFileMode mode = File.GetUnixFileMode(path);
        if ((mode & ~OwnersDirectory) != 0)
        {
            throw new IOException(
                $"{path} is open to others than its owner (mode {Convert.ToString((int)mode, 8).ToString(CultureInfo.InvariantCulture)}): "
                + $"they could be whoever they like in the mesh. Run '{remedy} {path}'; if others may have read it, start with a new authority.");
        }
    }
}
