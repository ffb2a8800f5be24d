using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>The database of a data directory: one connection that writes, and others of a moment that read.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const string FileName = "mesh.db";

    private readonly Lock _lock = new();
    private readonly DataDirectory _directory;

    private SqliteDatabase(DataDirectory directory)
    {
        _directory = directory;
        Place = Path.Combine(directory.Path, FileName);
        Connection = SqliteConnections.To(Place, SqliteOpenMode.ReadWriteCreate);
    }

    public string Place { get; }

    /// <summary>It was made just now.</summary>
    public bool IsNew { get; private set; }

    /// <summary>The one that writes.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Opens the database of a directory; makes one where there is none.</summary>
    /// <param name="directory">Made where it is missing.</param>
    /// <param name="option">What messages call the option that names it.</param>
    /// <param name="time">When a new one is made.</param>
    /// <exception cref="StoreException">Another process has it, or it cannot be used.</exception>
    public static SqliteDatabase Open(string directory, string option, TimeProvider time)
    {
        SqliteDatabase database = new(DataDirectory.Take(directory, option));
        try
        {
            database.Safely(() => database.OpenFile(option, time));
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Of one moment, on a connection of its own: in the log of SQLite readers see what was committed, and neither wait nor are waited for.
    /// </summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) => Task.Run(
        () => Safely(() =>
        {
            using SqliteConnection connection = SqliteConnections.Open(Place, SqliteOpenMode.ReadOnly);
            using SqliteTransaction moment = connection.BeginTransaction(deferred: true);
            return read(connection);
        }),
        cancellationToken);

    /// <summary>One after the other.</summary>
    /// <exception cref="StoreException">It cannot be written, and nothing was.</exception>
    public T Write<T>(Func<SqliteConnection, T> write)
    {
        lock (_lock)
        {
            return Safely(() => write(Connection));
        }
    }

    /// <summary>All of it or nothing: what throws takes all back.</summary>
    /// <exception cref="StoreException">It cannot be written, and nothing was.</exception>
    public T Transact<T>(Func<SqliteConnection, T> write) => Write(connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        T result = write(connection);
        transaction.Commit();
        return result;
    });

    /// <summary>Whatever fails names the place and the remedy.</summary>
    public T Safely<T>(Func<T> work)
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

    public void Dispose()
    {
        lock (_lock)
        {
            Connection.Dispose();
            _directory.Dispose();
        }
    }

    private SqliteDatabase OpenFile(string option, TimeProvider time)
    {
        if (!File.Exists(Place))
        {
            SqliteNewStore.Make(Place, time);
            IsNew = true;
        }

        DataDirectory.RefuseOthers(Place, option);
        Connection.Open();

        // A write that was reported is on the disk, whatever happens to the machine.
        Connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;");
        if (SqliteSchema.IsEmpty(Connection))
        {
            throw new StoreException(
                StoreFailure.Unavailable,
                $"{Place} is empty. No server leaves it so: what was in it is lost. "
                + "Delete the file to start anew, then restore a backup if there is one.");
        }

        if (SqliteSchema.Complaint(Connection) is { } complaint)
        {
            throw new StoreException(StoreFailure.Unavailable, $"{Place} cannot be used. {complaint} {SqliteFailures.WithoutIt}");
        }

        SqliteSchema.Upgrade(Connection);
        return this;
    }
}
