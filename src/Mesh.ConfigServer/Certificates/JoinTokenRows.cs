using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What stands in the table of tokens.</summary>
internal static class JoinTokenRows
{
    private const string Columns = "id, grant, uses, max_instances, max_per_minute, expires, created, author, revoked, used";

    public static void Add(SqliteConnection connection, JoinToken token, byte[] secret) => connection.Execute(
        $"INSERT INTO join_tokens (secret, {Columns}) VALUES ($secret, $id, $grant, $uses, $instances, $rate, $expires, $created, $author, NULL, 0)",
        ("$secret", secret), ("$id", token.Id), ("$grant", GrantJson.Write(token.Grant)), ("$uses", token.Uses), ("$instances", token.MaxInstances),
        ("$rate", token.MaxPerMinute), ("$expires", token.ExpiresAt.ToUnixTimeMilliseconds()),
        ("$created", token.CreatedAt.ToUnixTimeMilliseconds()), ("$author", token.CreatedBy));

    public static JoinToken? Find(SqliteConnection connection, string id) =>
        connection.Query($"SELECT {Columns} FROM join_tokens WHERE id = $id", Read, ("$id", id)).SingleOrDefault();

    /// <summary>The hash of its secret; null: there is no such token.</summary>
    public static byte[]? FindSecret(SqliteConnection connection, string id) =>
        connection.Query("SELECT secret FROM join_tokens WHERE id = $id", row => (byte[])row.GetValue(0), ("$id", id)).SingleOrDefault();

    public static List<JoinToken> ReadAll(SqliteConnection connection) =>
        connection.Query($"SELECT {Columns} FROM join_tokens ORDER BY created DESC, id", Read);

    public static void CountUse(SqliteConnection connection, string id) =>
        connection.Execute("UPDATE join_tokens SET used = used + 1 WHERE id = $id", ("$id", id));

    public static void Revoke(SqliteConnection connection, string id, DateTimeOffset now) => connection.Execute(
        "UPDATE join_tokens SET revoked = $now WHERE id = $id AND revoked IS NULL", ("$id", id), ("$now", now.ToUnixTimeMilliseconds()));

    /// <summary>Those of a service that are not revoked yet.</summary>
    public static List<JoinToken> FindOf(SqliteConnection connection, string service, string space) => connection.Query(
        $"SELECT {Columns} FROM join_tokens WHERE revoked IS NULL AND lower(grant ->> '$.service') = $service AND lower(grant ->> '$.namespace') = $space", Read,
        ("$service", service), ("$space", space));

    private static JoinToken Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Grant = GrantJson.Read(row.GetString(1)),
        Uses = row.IsDBNull(2) ? null : row.GetInt32(2),
        MaxInstances = row.IsDBNull(3) ? null : row.GetInt32(3),
        MaxPerMinute = row.IsDBNull(4) ? null : row.GetInt32(4),
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        CreatedBy = row.GetString(7),
        RevokedAt = row.IsDBNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        Used = row.GetInt32(9),
    };
}
