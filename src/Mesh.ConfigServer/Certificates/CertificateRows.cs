using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Certificates;

/// <summary>Which member a certificate was issued to, for as long as it is in force.</summary>
internal static class CertificateRows
{
    public static void Add(SqliteConnection connection, IssuedCertificate certificate, string member) => connection.Execute(
        "INSERT INTO certificates (serial, member, not_after) VALUES ($serial, $member, $end)",
        ("$serial", certificate.Leaf.SerialNumber), ("$member", member), ("$end", certificate.NotAfter.ToUnixTimeMilliseconds()));

    /// <summary>Null: it was not issued here, or is over.</summary>
    public static string? FindMember(SqliteConnection connection, string serial) =>
        connection.Query("SELECT member FROM certificates WHERE serial = $serial", row => row.GetString(0), ("$serial", serial)).SingleOrDefault();

    /// <summary>All of a member that are in force.</summary>
    public static List<string> SerialsOf(SqliteConnection connection, string member) =>
        connection.Query("SELECT serial FROM certificates WHERE member = $member", row => row.GetString(0), ("$member", member));

    /// <summary>When the last of all ends; null: there is none.</summary>
    public static DateTimeOffset? FindEnd(SqliteConnection connection) => connection.Query(
        "SELECT max(not_after) FROM certificates", row => row.IsDBNull(0) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0))).Single();

    public static void ForgetEnded(SqliteConnection connection, DateTimeOffset before) =>
        connection.Execute("DELETE FROM certificates WHERE not_after < $before", ("$before", before.ToUnixTimeMilliseconds()));
}
