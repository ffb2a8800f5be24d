using System.Text.Json;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Tells scripts that the server listens, and where.</summary>
internal static class ReadyFile
{
    /// <summary>Whoever sees the file sees all of it.</summary>
    public static void Write(string path, ServerAddresses addresses)
    {
        string unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(unfinished, JsonSerializer.Serialize(addresses, HostingJson.Default.ServerAddresses));
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Remove(unfinished);
            throw new IOException(
                $"The ready file {path} cannot be written: {exception.Message.TrimEnd('.')}. "
                + "Name a file in a directory that this process may write to.",
                exception);
        }
    }

    public static void Remove(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The ready file {path} cannot be deleted: {exception.Message} "
                + "Delete it, or name a file in a directory that this process may write to.",
                exception);
        }
    }
}
