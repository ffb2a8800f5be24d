using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>What stands in the tables.</summary>
internal static class SqliteRows
{
    public static StoreHead ReadHead(SqliteConnection connection) => connection.Query(
        "SELECT mesh_id, epoch, generation FROM meta",
        row => new StoreHead(row.GetString(0), new StoreVersion(row.GetInt64(1), row.GetInt64(2)))).Single();

    public static void AddHead(SqliteConnection connection, StoreHead head) => connection.Execute(
        "INSERT INTO meta (id, mesh_id, epoch, generation) VALUES (1, $mesh, $epoch, $generation)",
        ("$mesh", head.MeshId), ("$epoch", head.Version.Epoch), ("$generation", head.Version.Generation));

    public static void SetHead(SqliteConnection connection, StoreVersion version) => connection.Execute(
        "UPDATE meta SET epoch = $epoch, generation = $generation", ("$epoch", version.Epoch), ("$generation", version.Generation));

    /// <summary>Compare and set: false when it does not follow the newest.</summary>
    public static bool Advance(SqliteConnection connection, StoreVersion version) => connection.Execute(
        "UPDATE meta SET generation = $generation WHERE epoch = $epoch AND generation = $generation - 1",
        ("$epoch", version.Epoch), ("$generation", version.Generation)) == 1;

    public static void Add(SqliteConnection connection, GenerationRecord generation, ImmutableArray<MeshDocument> documents)
    {
        connection.Execute(
            "INSERT INTO generations (number, epoch, author, time, message, action) "
            + "VALUES ($number, $epoch, $author, $time, $message, $action)",
            ("$number", generation.Version.Generation), ("$epoch", generation.Version.Epoch), ("$author", generation.By.Author),
            ("$time", generation.Time.ToUnixTimeMilliseconds()), ("$message", generation.By.Message), ("$action", generation.Action));
        Dictionary<DocumentKey, string> hashes = documents.ToDictionary(document => document.Key, document => document.Hash);
        foreach (MeshDocument document in documents)
        {
            connection.Execute(
                "INSERT OR IGNORE INTO contents (hash, json) VALUES ($hash, $json)", ("$hash", document.Hash), ("$json", document.Json));
        }

        foreach (DocumentKey key in generation.Changes.Select(change => change.Key))
        {
            connection.Execute(
                "INSERT INTO document_versions (kind, namespace, name, generation, hash) "
                + "VALUES ($kind, $namespace, $name, $generation, $hash)",
                ("$kind", key.Kind), ("$namespace", key.Namespace), ("$name", key.Name),
                ("$generation", generation.Version.Generation), ("$hash", hashes.GetValueOrDefault(key)));
        }
    }

    /// <summary>
    /// Of each document the last version until then, unless that is its end. With max() SQLite takes the other columns from the same row.
    /// </summary>
    public static ImmutableArray<MeshDocument> ReadDocuments(SqliteConnection connection, long generation) =>
    [
        .. connection.Query(
            """
            SELECT kind, namespace, name, json FROM
                (SELECT kind, namespace, name, hash, max(generation) FROM document_versions
                    WHERE generation <= $generation GROUP BY kind, namespace, name)
                JOIN contents USING (hash)
            """,
            row => new MeshDocument(Key(row), row.GetString(3)), ("$generation", generation)),
    ];

    /// <summary>
    /// Whether every content is what its hash says, that of old generations, too: a write of the same hash would leave it as it is.
    /// </summary>
    public static bool AreContentsWhole(SqliteConnection connection) => connection.Query(
        "SELECT hash, json FROM contents", row => row.GetString(0) == ContentHash.Of(row.GetString(1))).TrueForAll(isWhole => isWhole);

    /// <summary>Of each service the first version after its last end.</summary>
    public static ImmutableDictionary<string, long> ReadBirths(SqliteConnection connection) => connection.Query(
        """
        SELECT kind, namespace, name, min(generation) FROM document_versions version
        WHERE kind = $kind AND generation > ifnull((SELECT max(generation) FROM document_versions gone WHERE gone.kind = version.kind
            AND gone.namespace = version.namespace AND gone.name = version.name AND gone.hash IS NULL), -1)
        GROUP BY kind, namespace, name
        """,
        row => KeyValuePair.Create(Key(row).FullName, row.GetInt64(3)), ("$kind", DocumentKey.Service)).ToImmutableDictionary();

    public static ImmutableArray<GenerationRecord> ReadHistory(SqliteConnection connection, HistoryQuery query)
    {
        List<GenerationRecord> records = connection.Query(
            """
            SELECT number, epoch, author, time, message, action FROM generations
            WHERE ($before IS NULL OR number < $before) AND (
                ($kind IS NULL AND $namespace IS NULL AND $name IS NULL)
                OR number IN (SELECT generation FROM document_versions
                    WHERE ($kind IS NULL OR kind = $kind) AND ($namespace IS NULL OR namespace = $namespace)
                    AND ($name IS NULL OR name = $name)))
            ORDER BY number DESC LIMIT $limit
            """,
            row => new GenerationRecord
            {
                Version = new StoreVersion(row.GetInt64(1), row.GetInt64(0)), By = new Authorship(row.GetString(2), row.GetString(4)),
                Time = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), Action = row.GetString(5), Changes = [],
            },
            ("$before", query.Before), ("$kind", query.Kind), ("$namespace", query.Namespace), ("$name", query.Name),
            ("$limit", query.Limit));
        return [.. records.Select(record => WithChanges(connection, record, query.MostChanges))];
    }

    private static GenerationRecord WithChanges(SqliteConnection connection, GenerationRecord record, int most)
    {
        long generation = record.Version.Generation;
        ImmutableArray<DocumentChange> changes = ReadChanges(connection, generation, most);
        int more = changes.Length < most ? 0 : CountChanges(connection, generation) - changes.Length;
        return record with { Changes = changes, MoreChanges = more };
    }

    private static int CountChanges(SqliteConnection connection, long generation) => (int)connection.Scalar<long>(
        "SELECT count(*) FROM document_versions WHERE generation = $generation", ("$generation", generation));

    private static ImmutableArray<DocumentChange> ReadChanges(SqliteConnection connection, long generation, int most) =>
    [
        .. connection.Query(
            """
            SELECT kind, namespace, name, hash, (SELECT hash FROM document_versions before WHERE before.kind = now.kind
                AND before.namespace = now.namespace AND before.name = now.name AND before.generation < $generation
                ORDER BY before.generation DESC LIMIT 1)
            FROM document_versions now WHERE generation = $generation ORDER BY kind, namespace, name LIMIT $most
            """,
            row => DocumentChange.Of(Key(row), ETag(row, 4), ETag(row, 3)), ("$generation", generation), ("$most", most))
            .OrderBy(change => change.Key),
    ];

    private static DocumentKey Key(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2));

    private static string? ETag(SqliteDataReader row, int column) => row.Text(column)?[..ContentHash.ETagLength];
}
