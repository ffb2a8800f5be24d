using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Opens what the settings say the documents come from.</summary>
internal static class ServerStore
{
    /// <exception cref="StoreException">It cannot be had; the message says what to do.</exception>
    /// <exception cref="BadDocumentsException">The files of the watched directory have faults.</exception>
    public static async Task<IMeshStore> OpenAsync(ServerSettings settings, ILogger logger, TimeProvider time, CancellationToken cancellationToken) =>
        settings.WatchDirectory is { } folder
            ? FolderStore.Open(folder, time, logger)
            : await MeshStore.OpenAsync(SqliteGenerations.Open(settings.DataDirectory, time), time, logger, cancellationToken).ConfigureAwait(false);
}
