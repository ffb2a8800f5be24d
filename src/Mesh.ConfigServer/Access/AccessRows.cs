using System.Collections.Immutable;
using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Access;

/// <summary>What stands in the table of access tokens.</summary>
internal static class AccessRows
{
    private const string Columns = "id, secret, name, role, namespaces, expires, created, author, revoked";

    public static void Add(SqliteConnection connection, AccessToken token, byte[] secret) => connection.Execute(
        $"INSERT INTO access_tokens ({Columns}) VALUES ($id, $secret, $name, $role, $namespaces, $expires, $created, $author, NULL)",
        ("$id", token.Id), ("$secret", secret), ("$name", token.Name), ("$role", token.Role.ToString()),
        ("$namespaces", token.Namespaces is { } spaces ? string.Join(' ', spaces) : null), ("$expires", token.ExpiresAt.ToUnixTimeMilliseconds()),
        ("$created", token.CreatedAt.ToUnixTimeMilliseconds()), ("$author", token.CreatedBy));

    public static void Revoke(SqliteConnection connection, string id, DateTimeOffset now) => connection.Execute(
        "UPDATE access_tokens SET revoked = $now WHERE id = $id AND revoked IS NULL", ("$id", id), ("$now", now.ToUnixTimeMilliseconds()));

    /// <summary>With the hashes of their secrets, the newest first.</summary>
    public static List<(AccessToken Token, byte[] Secret)> ReadAll(SqliteConnection connection) => connection.Query(
        $"SELECT {Columns} FROM access_tokens ORDER BY created DESC, id", row => (Read(row), (byte[])row.GetValue(1)));

    private static AccessToken Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(2),
        Role = Enum.Parse<AccessRole>(row.GetString(3)),
        Namespaces = row.Text(4)?.Split(' ').ToImmutableSortedSet(StringComparer.OrdinalIgnoreCase),
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        CreatedBy = row.GetString(7),
        RevokedAt = row.IsDBNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
    };
}
