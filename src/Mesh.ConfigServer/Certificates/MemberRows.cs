using System.Net;
using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What stands in the table of those that have joined.</summary>
internal static class MemberRows
{
    private const string Columns = "id, token, grant, join_key, joined, peer, acknowledged, issued, not_after, locked, revoked";

    public static void Put(SqliteConnection connection, Member member) => connection.Execute(
        $"INSERT OR REPLACE INTO members ({Columns}) VALUES ($id, $token, $grant, $key, $joined, $peer, $acknowledged, $issued, $end, $locked, $revoked)",
        ("$id", member.Id), ("$token", member.Token), ("$grant", GrantJson.Write(member.Grant)), ("$key", member.JoinKey),
        ("$joined", member.JoinedAt.ToUnixTimeMilliseconds()), ("$peer", member.JoinedFrom?.ToString()), ("$acknowledged", member.Acknowledged),
        ("$issued", member.Issued), ("$end", member.NotAfter.ToUnixTimeMilliseconds()), ("$locked", member.Locked),
        ("$revoked", member.RevokedAt?.ToUnixTimeMilliseconds()));

    public static Member? FindByKey(SqliteConnection connection, string token, string joinKey) => connection.Query(
        $"SELECT {Columns} FROM members WHERE token = $token AND join_key = $key", Read, ("$token", token), ("$key", joinKey)).SingleOrDefault();

    public static Member? Find(SqliteConnection connection, string id) =>
        connection.Query($"SELECT {Columns} FROM members WHERE id = $id", Read, ("$id", id)).SingleOrDefault();

    /// <summary>Those with a certificate in force, the newest first.</summary>
    public static List<Member> ReadAlive(SqliteConnection connection, DateTimeOffset now) => connection.Query(
        $"SELECT {Columns} FROM members WHERE not_after > $now ORDER BY joined DESC, id", Read, ("$now", now.ToUnixTimeMilliseconds()));

    /// <summary>All that have ever joined as a service and were not taken back.</summary>
    public static List<Member> FindOf(SqliteConnection connection, string service, string space) => connection.Query(
        $"SELECT {Columns} FROM members WHERE revoked IS NULL AND lower(grant ->> '$.service') = $service AND lower(grant ->> '$.namespace') = $space", Read,
        ("$service", service), ("$space", space));

    /// <summary>Those of a token with a certificate in force.</summary>
    public static long CountAlive(SqliteConnection connection, string token, DateTimeOffset now) => connection.Scalar<long>(
        "SELECT count(*) FROM members WHERE token = $token AND not_after > $now", ("$token", token), ("$now", now.ToUnixTimeMilliseconds()));

    public static long CountJoins(SqliteConnection connection, string token, DateTimeOffset since) => connection.Scalar<long>(
        "SELECT count(*) FROM members WHERE token = $token AND joined > $since", ("$token", token), ("$since", since.ToUnixTimeMilliseconds()));

    private static Member Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Token = row.GetString(1),
        Grant = GrantJson.Read(row.GetString(2)),
        JoinKey = row.GetString(3),
        JoinedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        JoinedFrom = row.Text(5) is { } peer ? IPAddress.Parse(peer) : null,
        Acknowledged = row.GetString(6),
        Issued = row.GetString(7),
        NotAfter = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        Locked = row.Text(9),
        RevokedAt = row.IsDBNull(10) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(10)),
    };
}
