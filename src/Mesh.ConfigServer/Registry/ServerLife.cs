using Mesh.ConfigServer.Store;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Registry;

/// <summary>When the server was there last: what it knows of processes is as old as that.</summary>
internal static class ServerLife
{
    private static readonly TimeSpan s_ages = TimeSpan.FromDays(36_500);

    public static void Write(SqliteConnection connection, DateTimeOffset now) => connection.Execute(
        "INSERT INTO life (id, alive) VALUES (1, $now) ON CONFLICT (id) DO UPDATE SET alive = excluded.alive", ("$now", now.ToUnixTimeMilliseconds()));

    /// <summary>How long it was away, by the date. None where that went back meanwhile, or nothing is known.</summary>
    public static TimeSpan ReadAbsence(SqliteConnection connection, DateTimeOffset now) =>
        connection.Query("SELECT alive FROM life", row => row.GetInt64(0)) is [long alive]
            ? TimeSpan.FromMilliseconds(Math.Clamp((double)now.ToUnixTimeMilliseconds() - alive, 0, s_ages.TotalMilliseconds)) : TimeSpan.Zero;
}
