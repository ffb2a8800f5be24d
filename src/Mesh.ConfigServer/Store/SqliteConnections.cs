using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>Connections to files: closed when they are disposed, rather than kept for others, and patient for some seconds.</summary>
internal static class SqliteConnections
{
    public static SqliteConnection To(string file, SqliteOpenMode mode) => new(
        new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());

    public static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        SqliteConnection connection = To(file, mode);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
