using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Opens what the settings say the documents come from.</summary>
internal static class ServerStore
{
    /// <exception cref="IOException">It cannot be had; the message says what to do.</exception>
    public static async Task<IMeshStore> OpenAsync(ServerSettings settings, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return settings.WatchDirectory is { } folder
                ? FolderStore.Open(folder, time, logger)
                : await MeshStore.OpenAsync(SqliteGenerations.Open(settings.DataDirectory, time), time, logger, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            throw new IOException(exception.Message, exception);
        }
        catch (BadDocumentsException exception)
        {
            throw new IOException($"{settings.WatchDirectory} has documents with faults:{Environment.NewLine}{string.Join(Environment.NewLine, exception.Faults)}", exception);
        }
    }
}
