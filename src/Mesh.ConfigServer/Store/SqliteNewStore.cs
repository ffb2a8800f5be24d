using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>Makes a store without documents.</summary>
internal static class SqliteNewStore
{
    /// <summary>
    /// It is made beside its place, and put there when it is whole: a process that is killed meanwhile leaves nothing that passes for a store.
    /// </summary>
    public static void Make(string place, TimeProvider time)
    {
        string unfinished = place + ".new";
        foreach (string left in (string[])[unfinished, unfinished + "-journal", place + "-wal", place + "-shm"])
        {
            File.Delete(left);
        }

        DataDirectory.MakeFile(unfinished);
        using (SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = unfinished, Pooling = false }.ToString()))
        {
            connection.Open();
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            SqliteSchema.Create(connection);
            GenerationRecord first = GenerationRecord.First(time.GetUtcNow());
            SqliteRows.AddHead(connection, new StoreHead(Guid.NewGuid().ToString(), first.Version));
            SqliteRows.Add(connection, first, []);
            transaction.Commit();
        }

        File.Move(unfinished, place);
    }
}
