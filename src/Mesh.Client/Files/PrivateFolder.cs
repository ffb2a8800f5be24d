using System.Runtime.Versioning;

namespace Mesh.Client.Files;

/// <summary>A folder that nobody but this user may write to.</summary>
internal sealed class PrivateFolder(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OfOthers = ByOthers | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public string PathOf(string name) => Path.Combine(path, name);

    /// <summary>Null: there is no file.</summary>
    /// <param name="name">The file's.</param>
    /// <param name="isSecret">Whether nobody else may read it either.</param>
    /// <exception cref="UnsafePlaceException">It is not safe to use.</exception>
    public byte[]? Read(string name, bool isSecret = false)
    {
        string file = PathOf(name);
        if (!File.Exists(file))
        {
            return null;
        }

        Check(path);
        Check(file);
        if (isSecret && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OfOthers) != 0)
        {
            throw new UnsafePlaceException($"Others may read {file}: who has read it can pass for this process.");
        }

        return File.ReadAllBytes(file);
    }

    /// <summary>Replaces the file as a whole: whoever reads it finds the one before or this one.</summary>
    /// <exception cref="UnsafePlaceException">It is not safe to use.</exception>
    public void Write(string name, Action<Stream> write)
    {
        if (!Directory.Exists(path))
        {
            Create();
        }

        Check(path);
        string file = PathOf(name);
        string next = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(next, OptionsForNew()))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(next, file, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    /// <summary>Removes what processes have left that ended while they wrote.</summary>
    /// <param name="name">What the file was to be called.</param>
    /// <param name="before">What is younger may be being written.</param>
    public void RemoveLeftovers(string name, DateTimeOffset before)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (string left in Directory.EnumerateFiles(path, $"{name}.*.tmp"))
        {
            if (File.GetLastWriteTimeUtc(left) < before)
            {
                File.Delete(left);
            }
        }
    }

    private static FileStreamOptions OptionsForNew()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Private);
        }
    }

    private static void Check(string place)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        UnixFileMode mode = File.GetUnixFileMode(place);
        if ((mode & ByOthers) != 0)
        {
            throw new UnsafePlaceException($"Others may write to {place}: take that from them (chmod go-w).");
        }

        if (!IsOurs(place, mode))
        {
            throw new UnsafePlaceException($"{place} is another user's.");
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsOurs(string place, UnixFileMode mode)
    {
        if (OperatingSystem.IsLinux() && FileOwner.IsOurs(place) is { } isOurs)
        {
            return isOurs;
        }

        try
        {
            // Only the owner may do this, whatever the mode is; and root, who is not told from the owner by it.
            File.SetUnixFileMode(place, mode);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
