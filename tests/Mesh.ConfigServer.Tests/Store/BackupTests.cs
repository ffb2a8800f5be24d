using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;
using Microsoft.Data.Sqlite;

namespace Mesh.ConfigServer.Tests.Store;

public sealed class BackupTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private string Backup => _folder.File("backup.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_takes_the_place_of_all_with_its_history_in_a_new_epoch()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        await store.BackUpAsync(Backup, Ended);
        StoreVersion before = store.Current.Version;
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended);
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("c")), Ended);
        string id = store.Current.MeshId;
        List<StoreVersion> seen = [];
        using IDisposable subscription = store.Subscribe(state => seen.Add(state.Version));

        // The clock of the machine has gone wrong meanwhile.
        _folder.Time.AdjustTime(_folder.Time.GetUtcNow().AddHours(-1));
        WriteResult result = await store.RestoreAsync(Backup, Docs.Ann, Ended);

        Assert.Equal(new StoreVersion(before.Epoch + 1, 4), result.Version);
        Assert.Equal([("b", ChangeAction.Deleted), ("c", ChangeAction.Deleted)], result.Changes.Select(change => (change.Key.Name, change.Action)));
        Assert.Equal("a.default:80", Docs.Describe(store.Current));
        Assert.Equal((id, result.Version), (store.Current.MeshId, seen[^1]));
        Assert.Equal(
            [(4, "restore"), (1, "apply"), (0, "create")],
            (await store.ReadHistoryAsync(new HistoryQuery(), Ended)).Select(record => ((int)record.Version.Generation, record.Action)));
        Assert.Equal(5, (await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended)).Version.Generation);
        StoreException gone = await Assert.ThrowsAsync<StoreException>(() => store.ReadGenerationAsync(2, Ended));
        Assert.Equal(StoreFailure.UnknownGeneration, gone.Failure);
    }

    [Fact]
    public async Task Another_machine_becomes_the_mesh_of_the_backup()
    {
        string id;
        await using (MeshStore store = await _folder.OpenAsync())
        {
            id = store.Current.MeshId;
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended);
            await store.BackUpAsync(Backup, Ended);
        }

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Backup)!, "backup.db-*"));
        using StoreFolder other = new();
        other.Time.Advance(TimeSpan.FromDays(1));
        await using (MeshStore restored = await other.OpenAsync())
        {
            Assert.NotEqual(id, restored.Current.MeshId);
            other.Time.Advance(TimeSpan.FromDays(1));
            WriteResult result = await restored.RestoreAsync(Backup, Docs.Ann, Ended);
            Assert.Equal(new StoreVersion(other.Time.GetUtcNow().ToUnixTimeMilliseconds(), 3), result.Version);
        }

        await using MeshStore again = await other.OpenAsync();
        Assert.Equal((id, "a.default:80 b.default:80"), (again.Current.MeshId, Docs.Describe(again.Current)));
    }

    [Fact]
    public async Task On_a_machine_whose_clock_is_an_hour_back_a_restore_leads_nobody_back()
    {
        StoreVersion before;
        await using (MeshStore store = await _folder.OpenAsync())
        {
            before = (await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended)).Version;
            await store.BackUpAsync(Backup, Ended);
        }

        using StoreFolder other = new();
        other.Time.AdjustTime(_folder.Time.GetUtcNow().AddHours(-1));
        StoreVersion restored;
        await using (MeshStore store = await other.OpenAsync())
        {
            Assert.True(store.Current.Epoch < before.Epoch);
            restored = (await store.RestoreAsync(Backup, Docs.Ann, Ended)).Version;
            Assert.Equal(new StoreVersion(before.Epoch + 1, before.Generation + 1), restored);
        }

        // Back by one more hour, started again, and restored again.
        other.Time.AdjustTime(other.Time.GetUtcNow().AddHours(-1));
        await using MeshStore again = await other.OpenAsync();
        Assert.Equal(restored, again.Current.Version);
        Assert.Equal(new StoreVersion(restored.Epoch + 1, restored.Generation + 1), (await again.RestoreAsync(Backup, Docs.Ann, Ended)).Version);
    }

    [Fact]
    public async Task Services_are_as_old_as_in_the_backup_before_and_after_a_restart()
    {
        await using (MeshStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended);
            await store.BackUpAsync(Backup, Ended);
        }

        using StoreFolder other = new();
        (long?, long?)[] births = new (long?, long?)[2];
        await using (MeshStore restored = await other.OpenAsync())
        {
            await restored.RestoreAsync(Backup, Docs.Ann, Ended);
            births[0] = (restored.Current.Births["a.default"], restored.Current.Births["b.default"]);
        }

        await using MeshStore again = await other.OpenAsync();
        births[1] = (again.Current.Births["a.default"], again.Current.Births["b.default"]);
        Assert.Equal([(1L, 2L), (1L, 2L)], births);
    }

    [Fact]
    public async Task What_is_no_backup_leaves_all_as_it_was()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        await store.BackUpAsync(Backup, Ended);
        File.WriteAllText(_folder.File("text"), "not a database, not at all, and not for want of length");
        File.WriteAllBytes(_folder.File("empty"), []);
        File.WriteAllBytes(_folder.File("half"), File.ReadAllBytes(Backup)[..8192]);

        foreach (string file in new[] { "text", "empty", "half", "missing" })
        {
            StoreException bad = await Assert.ThrowsAsync<StoreException>(() => store.RestoreAsync(_folder.File(file), Docs.Ann, Ended));
            Assert.Equal(StoreFailure.BadBackup, bad.Failure);
            Assert.StartsWith("The backup cannot be used.", bad.Message, StringComparison.Ordinal);
        }

        Assert.Equal(("a.default:80", 1L), (Docs.Describe(store.Current), store.Current.Generation));
        Assert.False(File.Exists(_folder.File("missing")));
        Assert.Equal(2, (await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended)).Version.Generation);
    }

    [Fact]
    public async Task A_backup_whose_old_content_is_not_what_its_hash_says_leaves_all_as_it_was()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        string first = store.Current.Documents.Values.Single().Hash;
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a", 81)), Ended);
        await store.BackUpAsync(Backup, Ended);
        using (SqliteConnection backup = new($"Data Source={Backup};Pooling=False"))
        {
            backup.Open();
            Assert.Equal(1, backup.Execute("UPDATE contents SET json = replace(json, '80', '82') WHERE hash = $hash", ("$hash", first)));
        }

        StoreException bad = await Assert.ThrowsAsync<StoreException>(() => store.RestoreAsync(Backup, Docs.Ann, Ended));

        Assert.Equal(StoreFailure.BadBackup, bad.Failure);
        Assert.Contains("not what was written", bad.Message, StringComparison.Ordinal);
        Assert.Equal(("a.default:81", 2L), (Docs.Describe(store.Current), store.Current.Generation));
    }

    [Fact]
    public async Task A_backup_with_bad_documents_leaves_all_as_it_was()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        await store.BackUpAsync(Backup, Ended);
        using (SqliteConnection backup = new($"Data Source={Backup};Pooling=False"))
        {
            backup.Open();
            string json = store.Current.Documents.Values.Single().Json.Replace("endpoints", "finepoints", StringComparison.Ordinal);
            backup.Execute("INSERT INTO contents (hash, json) VALUES ($hash, $json); UPDATE document_versions SET hash = $hash",
                ("$hash", ContentHash.Of(json)), ("$json", json));
        }

        BadDocumentsException bad = await Assert.ThrowsAsync<BadDocumentsException>(() => store.RestoreAsync(Backup, Docs.Ann, Ended));

        Assert.Equal("finepoints", Assert.Single(bad.Faults).Path);
        Assert.Equal(("a.default:80", 1L), (Docs.Describe(store.Current), store.Current.Generation));
    }

    [Theory]
    [InlineData("UPDATE document_versions SET name = 'b' WHERE name = 'a'")]
    [InlineData("UPDATE document_versions SET kind = 'MeshSettings' WHERE name = 'a'")]
    [InlineData("UPDATE contents SET json = '{}'")]
    [InlineData("UPDATE contents SET json = 'x'")]
    public async Task A_backup_whose_rows_are_about_other_documents_leaves_all_as_it_was(string sql)
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        await store.BackUpAsync(Backup, Ended);
        using (SqliteConnection backup = new($"Data Source={Backup};Pooling=False"))
        {
            backup.Open();
            backup.Execute(sql);
        }

        StoreException bad = await Assert.ThrowsAsync<StoreException>(() => store.RestoreAsync(Backup, Docs.Ann, Ended));

        Assert.Equal(StoreFailure.BadBackup, bad.Failure);
        Assert.StartsWith("The backup cannot be used. It is damaged: ", bad.Message, StringComparison.Ordinal);
        Assert.Equal(("a.default:80", 1L), (Docs.Describe(store.Current), store.Current.Generation));
    }

    [Fact]
    public async Task A_restore_does_not_come_between_the_reading_of_a_rollback_and_its_writing()
    {
        HeldGenerations generations = new(SqliteGenerations.Open(_folder.Path, _folder.Time));
        await using MeshStore store = await _folder.OpenAsync(generations);
        await store.BackUpAsync(Backup, Ended);
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended);

        generations.IsHeld = true;
        Task<WriteResult> rollback = store.RollBackAsync(1, Docs.Ann, cancellationToken: Ended);
        await generations.Reached.Task.InTime();
        Task<WriteResult> restore = store.RestoreAsync(Backup, Docs.Ann, Ended);
        generations.IsHeld = false;
        generations.Gate.SetResult();

        WriteResult rolledBack = await rollback.InTime();
        WriteResult restored = await restore.InTime();
        Assert.True(rolledBack.Version.Epoch < restored.Version.Epoch);
        Assert.Empty(store.Current.Documents);
    }

    [Fact]
    public async Task A_backup_never_overwrites_a_file()
    {
        await using MeshStore store = await _folder.OpenAsync();
        File.WriteAllText(Backup, "precious");

        StoreException refused = await Assert.ThrowsAsync<StoreException>(() => store.BackUpAsync(Backup, Ended));

        Assert.Contains("is there already", refused.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Backup));
    }

    /// <summary>Generations that wait before documents are read.</summary>
    private sealed class HeldGenerations(IGenerations inner) : PassingGenerations(inner)
    {
        public bool IsHeld { get; set; }

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<ImmutableArray<MeshDocument>> ReadDocumentsAsync(long generation, CancellationToken cancellationToken)
        {
            ImmutableArray<MeshDocument> documents = await base.ReadDocumentsAsync(generation, cancellationToken);
            if (IsHeld)
            {
                Reached.SetResult();
                await Gate.Task;
            }

            return documents;
        }
    }
}
