using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Certificates;

/// <summary>The end of the journal, as the database has it.</summary>
/// <param name="Lines">How many there are.</param>
/// <param name="Hash">The SHA-256 of the last one, in hexadecimal.</param>
internal readonly record struct JournalHead(long Lines, string Hash)
{
    /// <summary>Before the first line.</summary>
    public static JournalHead Start { get; } = new(0, new string('0', 64));

    /// <summary>Null: nothing was ever written.</summary>
    public static JournalHead? Read(SqliteConnection connection) => connection.Query(
        "SELECT lines, hash FROM certificate_journal", row => (JournalHead?)new JournalHead(row.GetInt64(0), row.GetString(1))).SingleOrDefault();

    public void Write(SqliteConnection connection) =>
        connection.Execute("INSERT OR REPLACE INTO certificate_journal (id, lines, hash) VALUES (1, $lines, $hash)", ("$lines", Lines), ("$hash", Hash));
}
