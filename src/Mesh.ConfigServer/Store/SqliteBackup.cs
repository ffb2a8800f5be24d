using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>A whole store in one file.</summary>
internal static class SqliteBackup
{
    /// <summary>Copies the database while it is in use.</summary>
    public static void Write(SqliteConnection connection, string file)
    {
        if (File.Exists(file))
        {
            throw new StoreException(StoreFailure.Unavailable, $"{file} is there already. Name a new file for the backup.");
        }

        try
        {
            DataDirectory.MakeFile(file);
            using SqliteConnection backup = Open(file, SqliteOpenMode.ReadWrite);
            connection.BackupDatabase(backup);

            // One file, not three.
            backup.Execute("PRAGMA journal_mode = DELETE");
        }
        catch (SqliteException e)
        {
            File.Delete(file);
            throw SqliteFailures.Of(e, file);
        }
    }

    /// <summary>The newest generation of a backup.</summary>
    /// <exception cref="StoreException">It is none, or none that this version of the server knows.</exception>
    public static StoreBackup Read(string file)
    {
        try
        {
            using SqliteConnection backup = Open(file, SqliteOpenMode.ReadOnly);
            backup.Execute("PRAGMA trusted_schema = OFF");
            if (SqliteSchema.Complaint(backup) is { } complaint)
            {
                throw new StoreException(StoreFailure.BadBackup, $"The backup cannot be used. {complaint}");
            }

            StoreHead head = SqliteRows.ReadHead(backup);
            return new StoreBackup(head, SqliteRows.ReadDocuments(backup, head.Version.Generation), SqliteRows.ReadBirths(backup));
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or InvalidCastException)
        {
            // Tables that look like ours, and are not.
            throw new StoreException(
                StoreFailure.BadBackup, $"The backup cannot be used. It is damaged, or no backup of a mesh: {e.Message}", e);
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
