using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Opens what the settings say the documents come from.</summary>
internal static class ServerStore
{
    /// <exception cref="StoreException">It cannot be had; the message says what to do.</exception>
    public static async Task<IMeshStore> OpenAsync(ServerSettings settings, ILogger logger, TimeProvider time, CancellationToken cancellationToken) =>
        await MeshStore.OpenAsync(new MemoryGenerations(time), time, logger, cancellationToken).ConfigureAwait(false);
}
