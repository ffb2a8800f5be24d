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
    public void Write(ServiceIdentity identity, byte[] content)
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
                stream.Write(content);
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

        try
        {
            // Only the owner may do this, whatever the mode is.
            File.SetUnixFileMode(place, mode);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CacheException($"{place} is another user's.");
        }
    }
}
