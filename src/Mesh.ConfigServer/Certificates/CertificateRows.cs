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

    public static void ForgetEnded(SqliteConnection connection, DateTimeOffset before) =>
        connection.Execute("DELETE FROM certificates WHERE not_after < $before", ("$before", before.ToUnixTimeMilliseconds()));
}
