using System.Runtime.Versioning;
using Mesh.Model;

namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>Where caches are: a folder that nobody but this user may write to, for who writes there says where calls go.</summary>
internal sealed class CacheFolder(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public string PathOf(ServiceIdentity identity) => Path.Combine(path, $"{identity.Name}.{identity.Namespace}.xds");

    /// <summary>Null: there is no file.</summary>
    /// <exception cref="CacheException">It is not safe to use.</exception>
    public byte[]? Read(ServiceIdentity identity)
    {
        string file = PathOf(identity);
        if (!File.Exists(file))
        {
            return null;
        }

        Check(path);
        Check(file);
        return File.ReadAllBytes(file);
    }

    /// <summary>Replaces the file as a whole: whoever reads it finds the one before or this one.</summary>
    /// <exception cref="CacheException">It is not safe to use.</exception>
    public void Write(ServiceIdentity identity, Action<Stream> write)
    {
        if (!Directory.Exists(path))
        {
            Create();
        }

        Check(path);
        string file = PathOf(identity);
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
    /// <param name="identity">Whose file it was to be.</param>
    /// <param name="before">What is younger may be being written.</param>
    public void RemoveLeftovers(ServiceIdentity identity, DateTimeOffset before)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (string left in Directory.EnumerateFiles(path, $"{Path.GetFileName(PathOf(identity))}.*.tmp"))
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
            throw new CacheException($"Others may write to {place}: take that from them (chmod go-w).");
        }

        if (!IsOurs(place, mode))
        {
            throw new CacheException($"{place} is another user's.");
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
