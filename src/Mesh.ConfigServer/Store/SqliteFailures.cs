using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Mesh.ConfigServer.Store;

/// <summary>What SQLite's errors mean to an operator.</summary>
internal static class SqliteFailures
{
    public static StoreException Of(SqliteException e, string file) =>
        new(StoreFailure.Unavailable, $"{file}: {Remedy(e)} (SQLite: {e.Message})", e);

    private static string Remedy(SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "the disk is full. Nothing was changed. Free some space, then try again.",
        raw.SQLITE_IOERR => "the disk cannot be read or written. Nothing was changed. See to the disk, then try again.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program has the database locked. Close it, then try again.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH =>
            "this user may not write it. Give the directory and its files to the user that the server runs as.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            "the database is damaged. Stop the server, move the file and those beside it away, start it again and restore a backup.",
        _ => "the database failed.",
    };
}
