using Mesh.ConfigServer.Certificates;
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
            return settings.WatchDirectory is { } folder
                ? await WatchAsync(folder, settings, logger, time, cancellationToken).ConfigureAwait(false)
                : await OpenDatabaseAsync(
                    database => MeshStore.OpenAsync(new SqliteGenerations(database), time, logger, cancellationToken),
                    settings, logger, time, cancellationToken).ConfigureAwait(false);
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

    private static async Task<OpenedStore> WatchAsync(
        string folder, ServerSettings settings, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        FolderStore store = FolderStore.Open(folder, time, logger, settings.NameOf(nameof(MeshConfigServerOptions.WatchDirectory)));
        try
        {
            // Where nobody may join or needs a token no directory is needed, and there may be none that can be written.
            return settings.NeedsDatabase
                ? await OpenDatabaseAsync(_ => Task.FromResult(store), settings, logger, time, cancellationToken).ConfigureAwait(false)
                : new OpenedStore(store, new NoRegistrations(), [], IsNew: true);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<OpenedStore> OpenDatabaseAsync<TStore>(
        Func<SqliteDatabase, Task<TStore>> open, ServerSettings settings, ILogger logger, TimeProvider time,
        CancellationToken cancellationToken)
        where TStore : IMeshStore
    {
        SqliteDatabase database = await TakeAsync(settings, logger, time, cancellationToken).ConfigureAwait(false);
        CertificateJournal? journal = null;
        try
        {
            // The directory is held, so that no other server makes one there at the same time.
            journal = settings.IssuesCertificates ? CertificateJournal.Open(settings.DataDirectory, database, time, logger) : null;
            CertificateAuthority? authority = journal is null ? null : CertificateAuthority.Open(settings.Authority, time, logger, journal);
            List<Registration> known = database.Write(connection => RegistrationRows.ReadAll(connection, logger, authority?.Bundle.TrustDomain));
            IMeshStore store = await open(database).ConfigureAwait(false);
            TimeSpan absence = database.Write(connection => ServerLife.ReadAbsence(connection, time.GetUtcNow()));
            RegistrationWriter kept = new(database, time, logger, settings.TakesRegistrations ? LifeFrom(absence) : null);
            return new OpenedStore(store, kept, known, database.IsNew)
            {
                Database = database, Absence = absence, Journal = journal, Authority = authority,
            };
        }
        catch
        {
            journal?.Dispose();
            database.Dispose();
            throw;
        }
    }

    // What was old is so for the next server, too, where this one ends before all had the time to come back.
    private static TimeSpan LifeFrom(TimeSpan absence)
    {
        RegistryOptions usual = new();
        return absence > usual.MaxAbsence ? usual.HoldTime : TimeSpan.Zero;
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
