using System.Text.Json;
using Mesh.ConfigServer.State;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>What stands in the table of writes. Nothing there is changed, and of what was done nothing is taken away.</summary>
internal static class AuditRows
{
    // Whoever is refused again and again does not fill the disk.
    private const int MostRefused = 10_000;

    private const string Columns = "time, author, token, claimed, address, request, kind, action, changes, more_changes, epoch, generation, refusal, omitted";

    /// <summary>In the transaction of the write itself, so that neither is there without the other.</summary>
    public static void Add(SqliteConnection connection, AuditRecord record)
    {
        connection.Execute(
            $"INSERT INTO audit ({Columns}) VALUES ($time, $author, $token, $claimed, $address, $request, $kind, $action, $changes, $more, $epoch, "
            + "$generation, $refusal, $omitted)",
            ("$time", record.Time.ToUnixTimeMilliseconds()), ("$author", record.Origin.By), ("$token", record.Origin.Token),
            ("$claimed", record.Origin.Claimed), ("$address", record.Origin.Address), ("$request", record.Origin.RequestId), ("$kind", record.Kind),
            ("$action", record.Action), ("$changes", JsonSerializer.Serialize(record.Changes, AuditJson.Default.ImmutableArrayAuditChange)),
            ("$more", record.MoreChanges), ("$epoch", record.Version?.Epoch), ("$generation", record.Version?.Generation), ("$refusal", record.Refusal),
            ("$omitted", record.Omitted));
        if (record.Refusal is not null)
        {
            connection.Execute(
                "DELETE FROM audit WHERE refusal IS NOT NULL AND number <= "
                + "(SELECT number FROM audit WHERE refusal IS NOT NULL ORDER BY number DESC LIMIT 1 OFFSET $most)",
                ("$most", MostRefused));
        }
    }

    public static List<AuditRecord> Read(SqliteConnection connection, AuditQuery query) => connection.Query(
        $"""
        SELECT number, {Columns} FROM audit
        WHERE ($before IS NULL OR number < $before) AND ($since IS NULL OR time >= $since)
            AND ($by IS NULL OR author = $by COLLATE NOCASE) AND ($kind IS NULL OR kind = $kind COLLATE NOCASE)
        ORDER BY number DESC LIMIT $limit
        """,
        Read,
        ("$before", query.Before), ("$since", query.Since?.ToUnixTimeMilliseconds()), ("$by", query.By), ("$kind", query.Kind), ("$limit", query.Limit));

    private static AuditRecord Read(SqliteDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Time = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        Origin = new WriteOrigin(row.GetString(2), row.Text(3), row.Text(4), row.GetString(5), row.GetString(6)),
        Kind = row.GetString(7),
        Action = row.GetString(8),
        Changes = JsonSerializer.Deserialize(row.GetString(9), AuditJson.Default.ImmutableArrayAuditChange),
        MoreChanges = row.GetInt32(10),
        Version = row.IsDBNull(11) ? null : new StoreVersion(row.GetInt64(11), row.GetInt64(12)),
        Refusal = row.Text(13),
        Omitted = row.GetInt32(14),
    };
}
