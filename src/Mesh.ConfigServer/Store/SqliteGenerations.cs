using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>Generations in a SQLite database. What was added is on the disk: the log is synced with every write.</summary>
/// <param name="database">Taken over.</param>
internal sealed class SqliteGenerations(SqliteDatabase database) : IGenerations
{
    public string Place => database.Place;

    /// <summary>Opens the store of a directory; makes one where there is none.</summary>
    /// <param name="directory">Made where it is missing.</param>
    /// <param name="time">When a new one is made.</param>
    /// <param name="option">What messages call the option that names the directory.</param>
    /// <exception cref="StoreException">Another process has it, or it cannot be used.</exception>
    public static SqliteGenerations Open(
        string directory, TimeProvider time, string option = nameof(MeshConfigServerOptions.DataDirectory)) =>
        new(SqliteDatabase.Open(directory, option, time));

    public Task<StoreHead> ReadHeadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(SqliteRows.ReadHead, cancellationToken);

    public Task<ImmutableArray<MeshDocument>> ReadDocumentsAsync(long generation, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => SqliteRows.ReadDocuments(connection, generation), cancellationToken);

    public Task<ImmutableDictionary<string, long>> ReadBirthsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(SqliteRows.ReadBirths, cancellationToken);

    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => SqliteRows.ReadHistory(connection, query), cancellationToken);

    public Task<bool> TryAddAsync(
        GenerationRecord generation, ImmutableArray<MeshDocument> documents, CancellationToken cancellationToken) => Task.Run(
        () => database.Write(connection =>
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            bool isNext = SqliteRows.Advance(connection, generation.Version);
            if (isNext)
            {
                SqliteRows.Add(connection, generation, documents);
                AuditRows.Add(connection, AuditRecord.Of(generation));
                transaction.Commit();
            }

            return isNext;
        }),
        cancellationToken);

    public Task BackUpAsync(string file, CancellationToken cancellationToken) => Task.Run(
        () => database.Safely(() =>
        {
            using SqliteConnection connection = SqliteConnections.Open(Place, SqliteOpenMode.ReadOnly);
            SqliteBackup.Write(connection, file);
            return true;
        }),
        cancellationToken);

    public Task<StoreBackup> ReadBackupAsync(string file, CancellationToken cancellationToken) =>
        Task.Run(() => SqliteBackup.Read(file), cancellationToken);

    public Task RestoreAsync(string file, GenerationRecord generation, CancellationToken cancellationToken) => Task.Run(
        () => database.Write(connection =>
        {
            connection.Execute("ATTACH DATABASE $file AS backup", ("$file", file));
            try
            {
                using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
                connection.Execute(SqliteSchema.CopyBackup);
                SqliteRows.SetHead(connection, generation.Version);
                SqliteRows.Add(connection, generation, []);
                AuditRows.Add(connection, AuditRecord.Of(generation));
                transaction.Commit();
                return true;
            }
            finally
            {
                connection.Execute("DETACH DATABASE backup");
            }
        }),
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        database.Dispose();
        return ValueTask.CompletedTask;
    }
}
