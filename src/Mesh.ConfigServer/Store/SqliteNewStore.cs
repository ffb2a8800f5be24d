using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>Makes a store without documents.</summary>
internal static class SqliteNewStore
{
    /// <summary>
    /// It is made beside its place, and put there when it is whole: a process that is killed meanwhile leaves nothing that passes for a
    /// store.
    /// </summary>
    /// <exception cref="StoreException">The log of another one is there, which would pass for this one's.</exception>
    public static void Make(string place, TimeProvider time)
    {
        RefuseLog(place);
        string unfinished = place + ".new";
        foreach (string left in (string[])[unfinished, unfinished + "-journal", place + "-wal", place + "-shm"])
        {
            File.Delete(left);
        }

        DataDirectory.MakeFile(unfinished);
        using (SqliteConnection connection = SqliteConnections.Open(unfinished, SqliteOpenMode.ReadWrite))
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            SqliteSchema.Create(connection);
            GenerationRecord first = GenerationRecord.First(time.GetUtcNow());
            SqliteRows.AddHead(connection, new StoreHead(Guid.NewGuid().ToString(), first.Version));
            SqliteRows.Add(connection, first, []);
            transaction.Commit();
        }

        File.Move(unfinished, place);
    }

    // After a kill it has writes that were reported, and are not in the database yet.
    private static void RefuseLog(string place)
    {
        FileInfo log = new(place + "-wal");
        if (log is { Exists: true, Length: > 0 })
        {
            throw new StoreException(
                StoreFailure.Unavailable,
                $"{place} is gone, and {log.FullName} is still there, with the last writes to it. Put the database back beside it; "
                + $"or delete {log.FullName} to start anew, then restore a backup if there is one.");
        }
    }
}
