using Mesh.ConfigServer.Registry;
using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Hosting;

/// <summary>Opens what the settings say the documents come from, and where registrations are kept.</summary>
internal static class ServerStore
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <exception cref="IOException">It cannot be had; the message says what to do.</exception>
    public static async Task<OpenedStore> OpenAsync(
        ServerSettings settings, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            SqliteDatabase database = await TakeAsync(settings, logger, time, cancellationToken).ConfigureAwait(false);
            try
            {
                List<Registration> registrations = database.Write(connection => RegistrationRows.ReadAll(connection, logger));
                IMeshStore store = settings.WatchDirectory is { } folder
                    ? FolderStore.Open(folder, time, logger, settings.NameOf(nameof(MeshConfigServerOptions.WatchDirectory)))
                    : await MeshStore.OpenAsync(new SqliteGenerations(database), time, logger, cancellationToken).ConfigureAwait(false);
                return new OpenedStore(store, new RegistrationWriter(database, time, logger), registrations, database.IsNew) { Database = database };
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
        catch (StoreException exception)
        {
            throw new IOException(exception.Message, exception);
        }
        catch (BadDocumentsException exception)
        {
            throw new IOException(
                $"{settings.WatchDirectory} has documents with faults:{Environment.NewLine}"
                + string.Join(Environment.NewLine, exception.Faults),
                exception);
        }
    }

    private static async Task<SqliteDatabase> TakeAsync(
        ServerSettings settings, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        bool isTold = false;
        while (true)
        {
            try
            {
                return SqliteDatabase.Open(
                    settings.DataDirectory, settings.NameOf(nameof(MeshConfigServerOptions.DataDirectory)), time);
            }
            catch (StoreException exception)
                when (exception.Failure is StoreFailure.InUse && time.GetElapsedTime(start) < settings.StorePatience)
            {
                if (!isTold)
                {
                    logger.WaitsForStore(settings.StorePatience.TotalSeconds, exception.Message);
                    isTold = true;
                }

                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
