using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>Generations in a SQLite database. What was added is on the disk: the log is synced with every write.</summary>
internal sealed class SqliteGenerations : IGenerations
{
    private const string FileName = "mesh.db";

    private readonly Lock _lock = new();
    private readonly DataDirectory _directory;

    private SqliteGenerations(DataDirectory directory)
    {
        _directory = directory;
        Place = Path.Combine(directory.Path, FileName);
        Connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Place, Pooling = false, DefaultTimeout = 5 }.ToString());
    }

    public string Place { get; }

    public SqliteConnection Connection { get; }

    /// <summary>Opens the store of a directory; makes one where there is none.</summary>
    /// <exception cref="StoreException">Another process has it, or it cannot be used.</exception>
    public static SqliteGenerations Open(string directory, TimeProvider time)
    {
        SqliteGenerations generations = new(DataDirectory.Take(directory));
        try
        {
            generations.Alone(() =>
            {
                generations.OpenFile(time);
                return true;
            });
            return generations;
        }
        catch
        {
            generations.Close();
            throw;
        }
    }

    public Task<StoreHead> ReadHeadAsync(CancellationToken cancellationToken) => ReadAsync(SqliteRows.ReadHead, cancellationToken);

    public Task<ImmutableArray<MeshDocument>> ReadDocumentsAsync(long generation, CancellationToken cancellationToken) =>
        ReadAsync(connection => SqliteRows.ReadDocuments(connection, generation), cancellationToken);

    public Task<ImmutableDictionary<string, long>> ReadBirthsAsync(CancellationToken cancellationToken) =>
        ReadAsync(SqliteRows.ReadBirths, cancellationToken);

    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken) =>
        ReadAsync(connection => SqliteRows.ReadHistory(connection, query), cancellationToken);

    public Task<bool> TryAddAsync(
        GenerationRecord generation, ImmutableArray<MeshDocument> documents, CancellationToken cancellationToken) =>
        Task.FromResult(Alone(() =>
        {
            using SqliteTransaction transaction = Connection.BeginTransaction(deferred: false);
            bool isNext = SqliteRows.Advance(Connection, generation.Version);
            if (isNext)
            {
                SqliteRows.Add(Connection, generation, documents);
                transaction.Commit();
            }

            return isNext;
        }));

    public Task BackUpAsync(string file, CancellationToken cancellationToken) => Task.Run(
        () => Safely(() =>
        {
            using SqliteConnection connection = OpenReader();
            SqliteBackup.Write(connection, file);
            return true;
        }),
        cancellationToken);

    public Task<StoreBackup> ReadBackupAsync(string file, CancellationToken cancellationToken) =>
        Task.Run(() => SqliteBackup.Read(file), cancellationToken);

    public Task RestoreAsync(string file, GenerationRecord generation, CancellationToken cancellationToken)
    {
        Alone(() =>
        {
            Connection.Execute("ATTACH DATABASE $file AS backup", ("$file", file));
            try
            {
                using SqliteTransaction transaction = Connection.BeginTransaction(deferred: false);
                Connection.Execute(SqliteSchema.CopyBackup);
                SqliteRows.SetHead(Connection, generation.Version);
                SqliteRows.Add(Connection, generation, []);
                transaction.Commit();
                return true;
            }
            finally
            {
                Connection.Execute("DETACH DATABASE backup");
            }
        });
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            Close();
        }

        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        Connection.Dispose();
        _directory.Dispose();
    }

    private void OpenFile(TimeProvider time)
    {
        if (!File.Exists(Place))
        {
            SqliteNewStore.Make(Place, time);
        }

        DataDirectory.RefuseOthers(Place);
        Connection.Open();

        // A write that was reported is on the disk, whatever happens to the machine.
        Connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;");
        if (SqliteSchema.IsEmpty(Connection))
        {
            throw new StoreException(
                StoreFailure.Unavailable,
                $"{Place} is empty. No server leaves it so: what was in it is lost. Delete the file to start anew, then restore a backup if there is one.");
        }

        if (SqliteSchema.Complaint(Connection) is { } complaint)
        {
            throw new StoreException(StoreFailure.Unavailable, $"{Place} cannot be used. {complaint}");
        }
    }

    /// <summary>Of one moment, on a connection of its own: in the log of SQLite readers see what was committed, and neither wait nor are waited for.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) => Task.Run(
        () => Safely(() =>
        {
            using SqliteConnection connection = OpenReader();
            using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
            return read(connection);
        }),
        cancellationToken);

    private SqliteConnection OpenReader()
    {
        SqliteConnection connection = new(
            new SqliteConnectionStringBuilder { DataSource = Place, Pooling = false, DefaultTimeout = 5, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        return connection;
    }

    private T Alone<T>(Func<T> write)
    {
        lock (_lock)
        {
            return Safely(write);
        }
    }

    private T Safely<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw SqliteFailures.Of(e, Place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Unavailable, $"{Place}: {e.Message} See to the directory, then try again.", e);
        }
    }
}
