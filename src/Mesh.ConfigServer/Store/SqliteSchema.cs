using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Store;

/// <summary>How the tables look, and whether a file has them.</summary>
internal static class SqliteSchema
{
    private const long Version = 6;

    // Without registrations.
    private const long FirstVersion = 1;

    // Without the server's life.
    private const long SecondVersion = 2;

    // Without tokens and members.
    private const long ThirdVersion = 3;

    // Without access tokens and the audit.
    private const long FourthVersion = 4;

    // Without revocations, acknowledgements of the bundle and the end of the certificates' journal.
    private const long FifthVersion = 5;

    // "MESH": what tells our files from other databases.
    private const long ApplicationId = 0x4D455348;

    /// <summary>Names are compared without regard to case, like the keys of documents.</summary>
    private const string Tables = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1), mesh_id TEXT NOT NULL, epoch INTEGER NOT NULL, generation INTEGER NOT NULL) STRICT;
        CREATE TABLE generations (
            number INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL,
            message TEXT NOT NULL, action TEXT NOT NULL) STRICT;
        CREATE TABLE contents (hash TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE document_versions (
            kind TEXT NOT NULL COLLATE NOCASE, namespace TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL COLLATE NOCASE,
            generation INTEGER NOT NULL REFERENCES generations, hash TEXT REFERENCES contents,
            PRIMARY KEY (kind, namespace, name, generation)) STRICT, WITHOUT ROWID;
        CREATE INDEX document_versions_by_generation ON document_versions (generation);
        """;

    /// <summary>Those of processes, which are of the moment: no part of generations, nor of backups.</summary>
    private const string Registrations = """
        CREATE TABLE registrations (
            service TEXT NOT NULL, instance TEXT NOT NULL, epoch INTEGER NOT NULL, owner TEXT NOT NULL, peer TEXT NOT NULL,
            time INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (service, instance)) STRICT, WITHOUT ROWID;
        """;

    /// <summary>When the server was there last, which is no part of backups either.</summary>
    private const string Life = "CREATE TABLE life (id INTEGER PRIMARY KEY CHECK (id = 1), alive INTEGER NOT NULL) STRICT;";

    /// <summary>
    /// Who may join, and who has: not of the moment, and still no part of backups, for a copy of them must not bring back what was revoked.
    /// </summary>
    private const string Members = """
        CREATE TABLE join_tokens (
            id TEXT PRIMARY KEY, secret BLOB NOT NULL, grant TEXT NOT NULL, uses INTEGER, max_instances INTEGER, max_per_minute INTEGER,
            expires INTEGER NOT NULL, created INTEGER NOT NULL, author TEXT NOT NULL, revoked INTEGER, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE members (
            id TEXT PRIMARY KEY, token TEXT NOT NULL REFERENCES join_tokens, grant TEXT NOT NULL, join_key TEXT NOT NULL, joined INTEGER NOT NULL,
            peer TEXT, acknowledged TEXT NOT NULL, issued TEXT NOT NULL, not_after INTEGER NOT NULL, locked TEXT, UNIQUE (token, join_key)) STRICT, WITHOUT ROWID;
        CREATE TABLE certificates (
            serial TEXT PRIMARY KEY, member TEXT NOT NULL, not_after INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX certificates_by_end ON certificates (not_after);
        """;

    /// <summary>Who may use the API, and who wrote what: no part of backups either, so that to restore one neither lets in nor forgets anybody.</summary>
    private const string Access = """
        CREATE TABLE access_tokens (
            id TEXT PRIMARY KEY, secret BLOB NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, namespaces TEXT, expires INTEGER NOT NULL,
            created INTEGER NOT NULL, author TEXT NOT NULL, revoked INTEGER) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, author TEXT NOT NULL, token TEXT, claimed TEXT, address TEXT NOT NULL,
            request TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL, changes TEXT NOT NULL, more_changes INTEGER NOT NULL,
            epoch INTEGER, generation INTEGER, refusal TEXT, omitted INTEGER NOT NULL) STRICT;
        CREATE INDEX audit_refused ON audit (number) WHERE refusal IS NOT NULL;
        """;

    /// <summary>Who was taken back, and who knows whom to believe: no part of backups, as above.</summary>
    private const string Revocations = """
        ALTER TABLE members ADD COLUMN revoked INTEGER;
        CREATE TABLE revocations (
            number INTEGER PRIMARY KEY, service TEXT NOT NULL, namespace TEXT NOT NULL, serial TEXT, moment INTEGER NOT NULL,
            ends INTEGER NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL) STRICT;
        CREATE TABLE bundle_acknowledgements (member TEXT PRIMARY KEY, hash TEXT NOT NULL, time INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE certificate_journal (id INTEGER PRIMARY KEY CHECK (id = 1), lines INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
        """;

    /// <summary>What is no part of a backup.</summary>
    public const string LeaveOut =
        "DELETE FROM registrations; DELETE FROM life; DELETE FROM certificates; DELETE FROM members; DELETE FROM join_tokens; "
        + "DELETE FROM access_tokens; DELETE FROM audit; DELETE FROM revocations; DELETE FROM bundle_acknowledgements; DELETE FROM certificate_journal";

    /// <summary>Copies what the attached database <c>backup</c> has into the place of all that there is.</summary>
    public const string CopyBackup = """
        DELETE FROM document_versions; DELETE FROM contents; DELETE FROM generations; DELETE FROM meta;
        INSERT INTO meta (id, mesh_id, epoch, generation) SELECT id, mesh_id, epoch, generation FROM backup.meta;
        INSERT INTO generations (number, epoch, author, time, message, action)
            SELECT number, epoch, author, time, message, action FROM backup.generations;
        INSERT INTO contents (hash, json) SELECT hash, json FROM backup.contents;
        INSERT INTO document_versions (kind, namespace, name, generation, hash)
            SELECT kind, namespace, name, generation, hash FROM backup.document_versions;
        """;

    /// <summary>Whether there is nothing yet.</summary>
    public static bool IsEmpty(SqliteConnection connection) => connection.Scalar<long>("SELECT count(*) FROM sqlite_schema") == 0;

    public static void Create(SqliteConnection connection) =>
        connection.Execute(
            $"{Tables} {Registrations} {Life} {Members} {Access} {Revocations} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");

    /// <summary>Brings the tables of an earlier version to this one; others are left as they are.</summary>
    public static void Upgrade(SqliteConnection connection)
    {
        long version = connection.Scalar<long>("PRAGMA user_version");
        if (connection.Scalar<long>("PRAGMA application_id") != ApplicationId || version is < FirstVersion or > FifthVersion)
        {
            return;
        }

        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(
            $"{(version < SecondVersion ? Registrations : "")} {(version < ThirdVersion ? Life : "")} {(version < FourthVersion ? Members : "")} "
            + $"{(version < FifthVersion ? Access : "")} {Revocations} PRAGMA user_version = {Version};");
        transaction.Commit();
    }

    /// <summary>What keeps this version of the server from using the file, or null.</summary>
    public static string? Complaint(SqliteConnection connection)
    {
        if (connection.Scalar<long>("PRAGMA application_id") != ApplicationId)
        {
            return "This is a database of something else, not of a mesh.";
        }

        if (connection.Scalar<long>("PRAGMA user_version") is var version and (< FirstVersion or > Version))
        {
            return $"It has version {version} of the tables, and this server knows version {Version}. "
                + "Use a server of the version that wrote it.";
        }

        if (connection.Scalar<string>("PRAGMA quick_check(1)") is var check and not "ok")
        {
            return $"It is damaged: {check.ReplaceLineEndings(" ").TrimEnd('.')}.";
        }

        if (connection.Scalar<long>("SELECT count(*) FROM meta") != 1)
        {
            return "It is damaged: it does not say which mesh it has, and in which generation.";
        }

        return connection.Scalar<long>("SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')") == 0
            ? null : "It has triggers or views, which no server made.";
    }
}
