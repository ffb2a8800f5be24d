using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Tests.Store;

public sealed class SqliteFailureTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_the_owner_may_look_inside()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        await store.BackUpAsync(_folder.File("backup"), Ended);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
            string[] files = [.. Directory.GetFiles(_folder.Path), _folder.File("backup")];
            Assert.Equal(6, files.Length);
            foreach (string file in files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task A_write_waits_for_the_disk_elsewhere_than_its_caller_and_not_at_all_for_one_that_has_gone()
    {
        await using SqliteGenerations generations = SqliteGenerations.Open(_folder.Path, _folder.Time);
        GenerationRecord record = GenerationRecord.First(_folder.Time.GetUtcNow());
        StoreHead head = await generations.ReadHeadAsync(Ended);
        Task<bool> write;
        await using (SqliteConnection other = SqliteConnections.Open(_folder.Database, SqliteOpenMode.ReadWrite))
        {
            other.Execute("BEGIN IMMEDIATE");
            write = generations.TryAddAsync(record with { Version = head.Version.Next }, [], Ended);
            Assert.False(write.IsCompleted);
            other.Execute("COMMIT");
        }

        Assert.True(await write.InTime());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => generations.TryAddAsync(record with { Version = head.Version.Next.Next }, [], new CancellationToken(canceled: true)));
        Assert.Equal(head.Version.Next, (await generations.ReadHeadAsync(Ended)).Version);
    }

    [Fact]
    public async Task A_directory_has_one_server()
    {
        await using (await _folder.OpenAsync())
        {
            StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);

            Assert.Equal(StoreFailure.InUse, refused.Failure);
            Assert.StartsWith($"{_folder.Path} is in use by process {Environment.ProcessId}: one server per directory.", refused.Message, StringComparison.Ordinal);
        }

        await using MeshStore store = await _folder.OpenAsync();
    }

    [Fact]
    public async Task A_server_that_has_not_said_its_process_yet_has_the_directory_too()
    {
        await using (await _folder.OpenAsync())
        {
            File.WriteAllText(Path.Combine(_folder.Path, "mesh.pid"), "");
            StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
            Assert.Equal(StoreFailure.InUse, refused.Failure);
            Assert.StartsWith($"{_folder.Path} is in use by another process: ", refused.Message, StringComparison.Ordinal);

            File.Delete(Path.Combine(_folder.Path, "mesh.pid"));
            refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
            Assert.Equal(StoreFailure.InUse, refused.Failure);
        }
    }

    [Fact]
    public async Task A_lock_that_fails_for_another_reason_is_not_another_server()
    {
        await using (await _folder.OpenAsync())
        {
        }

        // As with a file system that can only be read, the error has no type of its own.
        string file = Path.Combine(_folder.Path, "mesh.lock");
        File.Delete(file);
        File.CreateSymbolicLink(file, file);

        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);

        Assert.Equal(StoreFailure.Unavailable, refused.Failure);
        Assert.StartsWith($"{_folder.Path} cannot be used for the store: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Mend that, or give DataDirectory a directory that this user may write.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_leaves_the_lock()
    {
        string process = Path.Combine(_folder.Path, "mesh.pid");
        Directory.CreateDirectory(process);
        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
        Assert.Contains(process, refused.Message, StringComparison.Ordinal);

        Directory.Delete(process);
        await using MeshStore store = await _folder.OpenAsync();
    }

    [Theory]
    [InlineData("", UnixFileMode.OtherWrite)]
    [InlineData("", UnixFileMode.GroupWrite)]
    [InlineData("mesh.db", UnixFileMode.OtherWrite)]
    public async Task What_others_may_write_is_not_used(string file, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        await using (await _folder.OpenAsync())
        {
        }

        string path = file.Length == 0 ? _folder.Path : Path.Combine(_folder.Path, file);
        UnixFileMode good = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, good | mode);

        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
        Assert.StartsWith($"{path} can be written by others than its owner", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"chmod go-w {path}", refused.Message, StringComparison.Ordinal);

        File.SetUnixFileMode(path, good);
        await using MeshStore store = await _folder.OpenAsync();
    }

    [Fact]
    public async Task Who_reads_or_backs_up_does_not_wait_for_who_writes()
    {
        SqliteDatabase database = Open();
        await using MeshStore store = await OpenAsync(database);
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        using SqliteTransaction writing = database.Connection.BeginTransaction(deferred: false);

        Assert.Equal(2, (await store.ReadHistoryAsync(new HistoryQuery(), Ended)).Length);
        await store.BackUpAsync(_folder.File("backup"), Ended);

        Assert.Equal(1, SqliteBackup.Read(_folder.File("backup")).Head.Version.Generation);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder.File("file"), "");

        StoreException refused = Assert.Throws<StoreException>(() => SqliteGenerations.Open(Path.Combine(_folder.File("file"), "data"), _folder.Time));

        Assert.StartsWith($"{Path.Combine(_folder.File("file"), "data")} cannot be used for the store:", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(4096 * 3)]
    public async Task A_damaged_database_is_not_used(int place)
    {
        await using (MeshStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(Docs.Apply(string.Join("---\n", Enumerable.Range(0, 50).Select(i => Docs.ServiceYaml($"s{i}")))), Ended);
        }

        using (FileStream file = File.OpenWrite(_folder.Database))
        {
            file.Position = place;
            file.Write([.. Enumerable.Repeat((byte)0xA5, 2000)]);
        }

        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);

        Assert.Equal(StoreFailure.Unavailable, refused.Failure);
        Assert.StartsWith(_folder.Database, refused.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.Contains("restore a backup", refused.Message, StringComparison.Ordinal);

        // And the directory is free again.
        File.Delete(_folder.Database);
        await using MeshStore again = await _folder.OpenAsync();
    }

    [Fact]
    public async Task A_damage_that_no_start_would_meet_is_found()
    {
        long page;
        using (SqliteDatabase database = Open())
        {
            page = database.Connection.Scalar<long>("SELECT rootpage FROM sqlite_schema WHERE name = 'document_versions_by_generation'");
        }

        using (FileStream file = File.OpenWrite(_folder.Database))
        {
            file.Position = (page - 1) * 4096;
            file.Write([.. Enumerable.Repeat((byte)0xA5, 100)]);
        }

        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
        Assert.Contains("It is damaged:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_left_that_was_killed_while_it_made_a_store_is_in_nobodys_way()
    {
        Directory.CreateDirectory(_folder.Path);
        foreach (string left in (string[])[".new", ".new-journal", "-shm"])
        {
            File.WriteAllText(_folder.Database + left, "half of something");
        }

        await using MeshStore store = await _folder.OpenAsync();

        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.new*"));
    }

    [Fact]
    public async Task The_log_of_a_database_that_is_gone_is_kept()
    {
        await using (MeshStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
            foreach (string file in (string[])["", "-wal"])
            {
                File.Copy(_folder.Database + file, _folder.File("kept") + file);
            }
        }

        // As a server leaves it that was killed, but for the database, which somebody took away.
        File.Delete(_folder.Database);
        File.Copy(_folder.File("kept") + "-wal", _folder.Database + "-wal");
        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
        Assert.StartsWith($"{_folder.Database} is gone, and {_folder.Database}-wal is still there", refused.Message, StringComparison.Ordinal);

        File.Move(_folder.File("kept"), _folder.Database);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Database, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using MeshStore again = await _folder.OpenAsync();
        Assert.Equal("a.default:80", Docs.Describe(again.Current));
    }

    [Fact]
    public async Task An_emptied_database_is_no_new_mesh()
    {
        await using (await _folder.OpenAsync())
        {
        }

        File.WriteAllBytes(_folder.Database, []);

        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
        Assert.StartsWith($"{_folder.Database} is empty.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA user_version = 7", "It has version 7 of the tables, and this server knows version 6.")]
    [InlineData("PRAGMA application_id = 7", "This is a database of something else, not of a mesh.")]
    [InlineData("DELETE FROM meta", "It is damaged: it does not say which mesh it has, and in which generation.")]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON contents BEGIN DELETE FROM contents; END", "It has triggers or views, which no server made.")]
    public async Task Another_kind_of_database_is_not_used(string sql, string message)
    {
        await using (MeshStore store = await _folder.OpenAsync())
        {
            await store.BackUpAsync(_folder.File("backup"), Ended);
        }

        Change(_folder.Database, sql);
        Change(_folder.File("backup"), sql);

        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
        Assert.StartsWith($"{_folder.Database} cannot be used. {message}", refused.Message, StringComparison.Ordinal);

        using StoreFolder other = new();
        await using MeshStore restored = await other.OpenAsync();
        StoreException bad = await Assert.ThrowsAsync<StoreException>(() => restored.RestoreAsync(_folder.File("backup"), Docs.Ann, Ended));
        Assert.Equal(StoreFailure.BadBackup, bad.Failure);
        Assert.Contains(message, bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_that_this_version_does_not_know_are_not_used()
    {
        await using (MeshStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        }

        Change(_folder.Database, "UPDATE contents SET json = replace(json, 'endpoints', 'finepoints')");

        StoreException refused = await Assert.ThrowsAsync<StoreException>(_folder.OpenAsync);
        Assert.Contains("one of another version wrote them. Start that one. Service a.default, finepoints:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_leaves_all_as_it_was()
    {
        SqliteDatabase database = Open();
        await using (MeshStore store = await OpenAsync(database))
        {
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
            database.Connection.Execute("PRAGMA max_page_count = 1");
            string large = string.Join("---\n", Enumerable.Range(0, 500).Select(i => Docs.ServiceYaml($"s{i}")));

            StoreException refused = await Assert.ThrowsAsync<StoreException>(() => store.WriteAsync(Docs.Apply(large), Ended));

            Assert.Equal(StoreFailure.Unavailable, refused.Failure);
            Assert.StartsWith($"{_folder.Database}: the disk is full. Nothing was changed. Free some space, then try again.", refused.Message, StringComparison.Ordinal);
            Assert.Equal("a.default:80", Docs.Describe(store.Current));
            Assert.Equal(1, store.Current.Generation);
            Assert.Equal(2, (await store.ReadHistoryAsync(new HistoryQuery(), Ended)).Length);

            database.Connection.Execute("PRAGMA max_page_count = 1000000");
            Assert.Equal(2, (await store.WriteAsync(Docs.Apply(large), Ended)).Version.Generation);
        }

        await using MeshStore again = await _folder.OpenAsync();
        Assert.Equal(501, again.Current.Services.Count);
    }

    [Fact]
    public async Task A_database_that_another_program_has_locked_is_not_waited_for_without_end()
    {
        SqliteDatabase database = Open();
        database.Connection.DefaultTimeout = 1;
        await using MeshStore store = await OpenAsync(database);
        using (SqliteConnection other = new($"Data Source={_folder.Database};Pooling=False"))
        {
            other.Open();
            using SqliteTransaction held = other.BeginTransaction(deferred: false);

            StoreException refused = await Assert.ThrowsAsync<StoreException>(() => store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended));

            Assert.Contains("another program has the database locked", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended)).Version.Generation);
    }

    private SqliteDatabase Open() => SqliteDatabase.Open(_folder.Path, "DataDirectory", _folder.Time);

    private Task<MeshStore> OpenAsync(SqliteDatabase database) => _folder.OpenAsync(new SqliteGenerations(database));

    private static void Change(string database, string sql)
    {
        using SqliteConnection connection = new($"Data Source={database};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
