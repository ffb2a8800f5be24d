using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Mesh.ConfigServer.Store;

/// <summary>What SQLite's errors mean to an operator.</summary>
internal static class SqliteFailures
{
    /// <summary>The last remedy for a database that cannot be used.</summary>
    public const string WithoutIt =
        "To go on without it, move it and the files beside it away, start the server again and restore a backup.";

    public static StoreException Of(SqliteException e, string file) =>
        new(StoreFailure.Unavailable, $"{file}: {Remedy(e)} (SQLite: {e.Message})", e);

    private static string Remedy(SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "the disk is full. Nothing was changed. Free some space, then try again.",
        raw.SQLITE_IOERR => "the disk cannot be read or written; it may be full. Nothing was changed. See to the disk, then try again.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program has the database locked. Close it, then try again.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH =>
            "this user may not write it. Give the directory and its files to the user that the server runs as.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            $"the database is damaged. {WithoutIt}",
        _ => $"the database failed. Nothing was changed. Try again. {WithoutIt}",
    };
}
