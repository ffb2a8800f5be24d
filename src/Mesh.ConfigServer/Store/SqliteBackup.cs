using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
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
            using SqliteConnection backup = SqliteConnections.Open(file, SqliteOpenMode.ReadWrite);
            connection.BackupDatabase(backup);

            // Processes that were there then say nothing of those that are there when it is restored.
            backup.Execute(SqliteSchema.LeaveOut);

            // What is deleted, here or in the database before, would still stand in pages that are free.
            backup.Execute("VACUUM");

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
            using SqliteConnection backup = SqliteConnections.Open(file, SqliteOpenMode.ReadOnly);
            backup.Execute("PRAGMA trusted_schema = OFF");
            if (SqliteSchema.Complaint(backup) is { } complaint)
            {
                throw new StoreException(StoreFailure.BadBackup, $"The backup cannot be used. {complaint}");
            }

            if (!SqliteRows.AreContentsWhole(backup))
            {
                throw new StoreException(
                    StoreFailure.BadBackup, "The backup cannot be used. It is damaged: it has documents that are not what was written.");
            }

            StoreHead head = SqliteRows.ReadHead(backup);
            ImmutableArray<MeshDocument> documents = SqliteRows.ReadDocuments(backup, head.Version.Generation);
            foreach (MeshDocument document in documents)
            {
                Verify(document);
            }

            return new StoreBackup(head, documents, SqliteRows.ReadBirths(backup));
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or InvalidCastException)
        {
            // Tables that look like ours, and are not.
            throw new StoreException(
                StoreFailure.BadBackup, $"The backup cannot be used. It is damaged, or no backup of a mesh: {e.Message}", e);
        }
    }

    // Rows are read by their keys, so each must be about what its document is about.
    private static void Verify(MeshDocument document)
    {
        if (DocumentReader.Read(document.Json, DocumentFormat.Json).Documents is not [{ } read] || read.Key != document.Key)
        {
            throw new StoreException(
                StoreFailure.BadBackup, $"The backup cannot be used. It is damaged: what it has for {document.Key} is another document.");
        }
    }
}
