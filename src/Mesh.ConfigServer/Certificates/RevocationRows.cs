using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Certificates;

/// <summary>What stands in the table of those that were taken back.</summary>
internal static class RevocationRows
{
    private const string Columns = "service, namespace, serial, moment, ends, reason, author";

    public static void Add(SqliteConnection connection, Revocation revocation) => connection.Execute(
        $"INSERT INTO revocations ({Columns}) VALUES ($service, $space, $serial, $moment, $ends, $reason, $author)",
        ("$service", revocation.Service), ("$space", revocation.Namespace), ("$serial", revocation.Serial),
        ("$moment", revocation.Moment.ToUnixTimeMilliseconds()), ("$ends", revocation.Ends.ToUnixTimeMilliseconds()), ("$reason", revocation.Reason),
        ("$author", revocation.Author));

    /// <summary>The newest first.</summary>
    public static List<Revocation> ReadAll(SqliteConnection connection) => connection.Query(
        $"SELECT {Columns} FROM revocations ORDER BY number DESC",
        row => new Revocation(
            row.GetString(0), row.GetString(1), row.Text(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetString(5), row.GetString(6)));

    public static void ForgetEnded(SqliteConnection connection, DateTimeOffset before) =>
        connection.Execute("DELETE FROM revocations WHERE ends < $before", ("$before", before.ToUnixTimeMilliseconds()));
}
