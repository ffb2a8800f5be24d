using System.Net;
using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What stands in the table of those that have joined.</summary>
internal static class MemberRows
{
    private const string Columns = "id, token, grant, join_key, joined, peer, acknowledged, issued, not_after, locked";

    public static void Put(SqliteConnection connection, Member member) => connection.Execute(
        $"INSERT OR REPLACE INTO members ({Columns}) VALUES ($id, $token, $grant, $key, $joined, $peer, $acknowledged, $issued, $end, $locked)",
        ("$id", member.Id), ("$token", member.Token), ("$grant", GrantJson.Write(member.Grant)), ("$key", member.JoinKey),
        ("$joined", member.JoinedAt.ToUnixTimeMilliseconds()), ("$peer", member.JoinedFrom?.ToString()), ("$acknowledged", member.Acknowledged),
        ("$issued", member.Issued), ("$end", member.NotAfter.ToUnixTimeMilliseconds()), ("$locked", member.Locked));

    public static Member? FindByKey(SqliteConnection connection, string token, string joinKey) => connection.Query(
        $"SELECT {Columns} FROM members WHERE token = $token AND join_key = $key", Read, ("$token", token), ("$key", joinKey)).SingleOrDefault();

    public static Member? Find(SqliteConnection connection, string id) =>
        connection.Query($"SELECT {Columns} FROM members WHERE id = $id", Read, ("$id", id)).SingleOrDefault();

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
    };
}
