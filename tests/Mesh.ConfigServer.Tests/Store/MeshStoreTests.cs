using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;
using Mesh.ConfigServer.Tests.Infrastructure;

namespace Mesh.ConfigServer.Tests.Store;

public sealed class MeshStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_store_is_an_empty_mesh_and_stays_the_same_one()
    {
        string id;
        await using (MeshStore store = await _folder.OpenAsync())
        {
            id = store.Current.MeshId;
            Assert.Equal(new StoreVersion(_folder.Time.GetUtcNow().ToUnixTimeMilliseconds(), 0), store.Current.Version);
            Assert.Empty(store.Current.Documents);
            Assert.False(store.IsReadOnly);
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        }

        _folder.Time.Advance(TimeSpan.FromDays(1));
        await using MeshStore again = await _folder.OpenAsync();

        Assert.Equal(id, again.Current.MeshId);
        Assert.Equal(new StoreVersion(_folder.Time.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds(), 1), again.Current.Version);
        Assert.Equal("a.default:80", Docs.Describe(again.Current));
    }

    [Fact]
    public async Task A_clock_that_went_back_between_two_starts_leads_nobody_back()
    {
        StoreVersion before;
        await using (MeshStore store = await _folder.OpenAsync())
        {
            before = (await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended)).Version;
        }

        _folder.Time.AdjustTime(_folder.Time.GetUtcNow().AddHours(-1));
        await using MeshStore again = await _folder.OpenAsync();

        Assert.Equal(before, again.Current.Version);
        Assert.Equal(before.Next, (await again.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended)).Version);
        Assert.Equal([2, 1, 0], (await again.ReadHistoryAsync(new HistoryQuery(), Ended)).Select(record => (int)record.Version.Generation));
    }

    [Fact]
    public async Task A_write_says_what_it_did()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply($"{Docs.ServiceYaml("a")}---\n{Docs.ServiceYaml("b")}---\n{Docs.ServiceYaml("c")}"), Ended);

        WriteResult result = await store.WriteAsync(
            Docs.Apply($"{Docs.ServiceYaml("d")}---\n{Docs.ServiceYaml("a", 81)}---\n{Docs.ServiceYaml("b")}") with { Delete = [Docs.Service("C"), Docs.Service("x")] }, Ended);

        Assert.Equal((2, false), (result.Version.Generation, result.DryRun));
        Assert.Equal(
            [("a", ChangeAction.Updated), ("b", ChangeAction.Unchanged), ("c", ChangeAction.Deleted), ("d", ChangeAction.Created)],
            result.Changes.Select(change => (change.Key.Name, change.Action)));
        Assert.All(result.Changes, change => Assert.Equal(store.Current.Documents.GetValueOrDefault(change.Key)?.ETag, change.After));
        Assert.Equal("a.default:81 b.default:80 d.default:80", Docs.Describe(store.Current));
    }

    [Fact]
    public async Task Nothing_new_is_no_generation()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);

        WriteResult result = await store.WriteAsync(new MeshWrite { By = Docs.Ann, Put = Docs.Json("""{ "Endpoints": ["127.0.0.1:80"], "NAME": "a", "KIND": "Service" }""") }, Ended);

        Assert.Equal(1, result.Version.Generation);
        Assert.Equal([ChangeAction.Unchanged], result.Changes.Select(change => change.Action));
        Assert.Equal(2, (await store.ReadHistoryAsync(new HistoryQuery(), Ended)).Length);
    }

    [Fact]
    public async Task One_bad_document_keeps_all_out()
    {
        await using MeshStore store = await _folder.OpenAsync();

        BadDocumentsException bad = await Assert.ThrowsAsync<BadDocumentsException>(
            () => store.WriteAsync(Docs.Apply($"{Docs.ServiceYaml("a")}---\nkind: Service\nname: b\nroutes: [{{ timeout: 5 }}]\n---\nkind: x"), Ended));

        Assert.Equal([("Service b.default", 7), ("document 3 (line 9)", 9)], bad.Faults.Select(fault => (fault.Document, fault.Line)));
        Assert.Equal(0, store.Current.Generation);
        Assert.Empty(store.Current.Documents);
    }

    [Fact]
    public async Task A_dry_run_tells_and_does_nothing()
    {
        await using MeshStore store = await _folder.OpenAsync();

        WriteResult result = await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")) with { DryRun = true }, Ended);

        Assert.Equal((0, true), (result.Version.Generation, result.DryRun));
        Assert.Equal(ChangeAction.Created, Assert.Single(result.Changes).Action);
        Assert.Empty(store.Current.Documents);
    }

    [Fact]
    public async Task Pruning_deletes_what_is_not_put()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply($"{Docs.ServiceYaml("a")}---\n{Docs.ServiceYaml("b")}---\nkind: MeshSettings"), Ended);

        WriteResult result = await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")) with { Prune = true }, Ended);

        Assert.Equal(
            [("mesh", ChangeAction.Deleted), ("a", ChangeAction.Deleted), ("b", ChangeAction.Unchanged)], result.Changes.Select(change => (change.Key.Name, change.Action)));
        Assert.Equal([Docs.Service("b")], store.Current.Documents.Keys);
    }

    [Fact]
    public async Task Preconditions_keep_a_write_out()
    {
        await using MeshStore store = await _folder.OpenAsync();
        WriteResult first = await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
        string eTag = first.Changes[0].After!;

        Assert.True(await IsTaken("a", 81, Precondition.IsThere));
        Assert.False(await IsTaken("b", 81, Precondition.IsThere));
        Assert.False(await IsTaken("a", 82, Precondition.IsNew));
        Assert.True(await IsTaken("b", 82, Precondition.IsNew));
        Assert.False(await IsTaken("a", 83, Precondition.Has(eTag)));
        Assert.False(await IsTaken("c", 83, Precondition.Has(eTag)));
        Assert.True(await IsTaken("a", 83, Precondition.Has(store.Current.Documents[Docs.Service("a")].ETag)));
        Assert.True(await IsTaken("a", 84, Precondition.None));
        Assert.Equal("a.default:84 b.default:82", Docs.Describe(store.Current));

        async Task<bool> IsTaken(string name, int port, Precondition precondition)
        {
            try
            {
                await store.WriteAsync(
                    Docs.Apply(Docs.ServiceYaml(name, port)) with { Preconditions = ImmutableDictionary<DocumentKey, Precondition>.Empty.Add(Docs.Service(name), precondition) }, Ended);
                return true;
            }
            catch (StoreException e) when (e.Failure is StoreFailure.PreconditionFailed)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task An_expected_version_that_is_gone_keeps_a_write_out()
    {
        await using MeshStore store = await _folder.OpenAsync();
        StoreVersion before = store.Current.Version;
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")) with { Expected = before }, Ended);

        StoreException refused = await Assert.ThrowsAsync<StoreException>(() => store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")) with { Expected = before }, Ended));

        Assert.Equal(StoreFailure.PreconditionFailed, refused.Failure);
        Assert.Contains($"Generation {before.Next} is in force, not {before}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_tells_who_did_what_and_why()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply($"{Docs.ServiceYaml("a")}---\n{Docs.ServiceYaml("b")}"), Ended);
        _folder.Time.Advance(TimeSpan.FromHours(1));
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("A", 81)) with { By = new Authorship("bob") }, Ended);
        await store.WriteAsync(Docs.Delete(Docs.Service("b")), Ended);
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")), Ended);

        ImmutableArray<GenerationRecord> history = await store.ReadHistoryAsync(new HistoryQuery(), Ended);

        Assert.Equal([4, 3, 2, 1, 0], history.Select(record => record.Version.Generation));
        Assert.Equal(["apply", "delete", "apply", "apply", "create"], history.Select(record => record.Action));
        GenerationRecord second = history[2];
        Assert.Equal((new Authorship("bob"), _folder.Time.GetUtcNow()), (second.By, second.Time));
        DocumentChange change = Assert.Single(second.Changes);
        Assert.Equal((Docs.Service("a"), ChangeAction.Updated), (change.Key, change.Action));
        Assert.Equal(history[3].Changes[0].After, change.Before);
        Assert.Equal(store.Current.Documents[Docs.Service("a")].ETag, change.After);
        Assert.Equal((ChangeAction.Created, (string?)null), (history[0].Changes[0].Action, history[0].Changes[0].Before));

        Assert.Equal("4 3 1", await Generations(new HistoryQuery { Kind = "service", Namespace = "Default", Name = "B" }));
        Assert.Equal("2 1", await Generations(new HistoryQuery { Before = 3, Limit = 2 }));
        Assert.Equal("1", await Generations(new HistoryQuery { Before = 3, Name = "b" }));
        Assert.Equal("", await Generations(new HistoryQuery { Name = "c" }));

        async Task<string> Generations(HistoryQuery query) =>
            string.Join(' ', (await store.ReadHistoryAsync(query, Ended)).Select(record => record.Version.Generation));
    }

    [Fact]
    public async Task A_rollback_is_a_new_generation_with_the_old_content()
    {
        await using MeshStore store = await _folder.OpenAsync();
        await store.WriteAsync(Docs.Apply($"{Docs.ServiceYaml("a")}---\n{Docs.ServiceYaml("b")}"), Ended);
        ImmutableSortedDictionary<DocumentKey, MeshDocument> first = store.Current.Documents;
        await store.WriteAsync(Docs.Apply($"{Docs.ServiceYaml("a", 81)}---\n{Docs.ServiceYaml("c")}") with { Prune = true }, Ended);

        WriteResult dry = await store.RollBackAsync(1, Docs.Ann, dryRun: true, Ended);
        Assert.Equal((2, 3), (store.Current.Generation, dry.Changes.Length));

        WriteResult result = await store.RollBackAsync(1, Docs.Ann, cancellationToken: Ended);

        Assert.Equal(3, result.Version.Generation);
        Assert.Equal(first, store.Current.Documents);
        Assert.Equal("rollback to 1", (await store.ReadHistoryAsync(new HistoryQuery { Limit = 1 }, Ended))[0].Action);
        Assert.Equal(["a", "c"], (await store.ReadGenerationAsync(2, Ended)).Documents.Select(document => document.Key.Name));
        StoreException unknown = await Assert.ThrowsAsync<StoreException>(() => store.RollBackAsync(4, Docs.Ann, cancellationToken: Ended));
        Assert.Equal(StoreFailure.UnknownGeneration, unknown.Failure);
        await store.RollBackAsync(0, Docs.Ann, cancellationToken: Ended);
        Assert.Empty(store.Current.Documents);
    }

    [Fact]
    public async Task A_rollback_to_what_is_no_longer_allowed_is_refused()
    {
        using StoreFolder folder = new();
        await using MeshStore store = await folder.OpenAsync(new SpoiltGenerations(folder.Time));
        await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);

        BadDocumentsException bad = await Assert.ThrowsAsync<BadDocumentsException>(() => store.RollBackAsync(0, Docs.Ann, cancellationToken: Ended));

        Assert.Equal(("Service old.default", "mood", (int?)null), (bad.Faults[0].Document, bad.Faults[0].Path, bad.Faults[0].Line));
        Assert.Equal("a.default:80", Docs.Describe(store.Current));
    }

    [Fact]
    public async Task A_service_is_born_when_it_comes_and_when_it_comes_back()
    {
        await using (MeshStore store = await _folder.OpenAsync())
        {
            await store.WriteAsync(Docs.Apply($"{Docs.ServiceYaml("a")}---\n{Docs.ServiceYaml("b")}"), Ended);
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b", 81)), Ended);
            await store.WriteAsync(Docs.Delete(Docs.Service("a")), Ended);
            await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);
            Assert.Equal(("a.default 4, b.default 1"), Births(store));
        }

        await using MeshStore again = await _folder.OpenAsync();

        Assert.Equal(("a.default 4, b.default 1"), Births(again));

        static string Births(MeshStore store) => string.Join(", ", store.Current.Births.OrderBy(birth => birth.Key).Select(birth => $"{birth.Key} {birth.Value}"));
    }

    [Fact]
    public async Task Twenty_writers_at_once_lose_nothing()
    {
        await using MeshStore store = await _folder.OpenAsync();

        WriteResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => store.WriteAsync(Docs.Apply(Docs.ServiceYaml($"s{i}"))), Ended)));

        Assert.Equal(Enumerable.Range(1, 20), results.Select(result => (int)result.Version.Generation).Order());
        Assert.Equal(20, store.Current.Services.Count);
    }

    [Fact]
    public async Task Who_only_checks_does_not_wait_for_who_writes()
    {
        TaskCompletionSource gate = new();
        await using MeshStore store = await _folder.OpenAsync(new MemoryGenerations(_folder.Time) { Gate = gate.Task });
        Task<WriteResult> writing = store.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);

        try
        {
            await Assert.ThrowsAsync<BadDocumentsException>(
                () => store.WriteAsync(Docs.Apply("kind: Service\nname: b\nrouts: []"), Ended).WaitAsync(TimeSpan.FromSeconds(30), Ended));
            WriteResult dry = await store.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")) with { DryRun = true }, Ended).WaitAsync(TimeSpan.FromSeconds(30), Ended);
            Assert.Equal((0L, false), (dry.Version.Generation, writing.IsCompleted));
        }
        finally
        {
            gate.SetResult();
        }

        Assert.Equal(1, (await writing).Version.Generation);
    }

    [Fact]
    public async Task Two_servers_of_one_store_lose_nothing()
    {
        MemoryGenerations generations = new(_folder.Time);
        await using MeshStore one = await _folder.OpenAsync(generations);
        await using MeshStore other = await _folder.OpenAsync(generations);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? one : other).WriteAsync(Docs.Apply(Docs.ServiceYaml($"s{i}"))), Ended)));

        Assert.Equal(new StoreHead(one.Current.MeshId, one.Current.Version with { Generation = 40 }), await generations.ReadHeadAsync(Ended));
        Assert.Equal(40, (await generations.ReadDocumentsAsync(40, Ended)).Length);
    }

    [Fact]
    public async Task A_generation_that_does_not_follow_is_not_added()
    {
        await using SqliteGenerations generations = SqliteGenerations.Open(_folder.Path, _folder.Time);
        StoreHead head = await generations.ReadHeadAsync(Ended);
        GenerationRecord record = new()
        {
            Version = head.Version.Next, By = Docs.Ann, Time = _folder.Time.GetUtcNow(), Action = "apply",
            Changes = [new DocumentChange(Docs.Service("a"), ChangeAction.Created, null, "x")],
        };
        MeshDocument document = Docs.Yaml(Docs.ServiceYaml("a")).Documents[0].Document;

        foreach (StoreVersion other in new[] { head.Version, head.Version.Next.Next, head.Version.Next with { Epoch = 1 } })
        {
            Assert.False(await generations.TryAddAsync(record with { Version = other }, [document], Ended));
        }

        Assert.Equal(head, await generations.ReadHeadAsync(Ended));
        Assert.Empty(await generations.ReadDocumentsAsync(1, Ended));
        Assert.True(await generations.TryAddAsync(record, [document], Ended));
        Assert.Equal([document], await generations.ReadDocumentsAsync(1, Ended));
    }

    [Fact]
    public async Task A_write_that_expects_a_version_is_not_tried_again()
    {
        MemoryGenerations generations = new(_folder.Time);
        await using MeshStore one = await _folder.OpenAsync(generations);
        await using MeshStore other = await _folder.OpenAsync(generations);
        await one.WriteAsync(Docs.Apply(Docs.ServiceYaml("a")), Ended);

        StoreException refused = await Assert.ThrowsAsync<StoreException>(
            () => other.WriteAsync(Docs.Apply(Docs.ServiceYaml("b")) with { Expected = other.Current.Version }, Ended));

        Assert.Equal(StoreFailure.PreconditionFailed, refused.Failure);
        Assert.Equal("a.default:80", Docs.Describe(other.Current));
    }

    /// <summary>Generations whose first one holds what this version does not take.</summary>
    private sealed class SpoiltGenerations(TimeProvider time) : PassingGenerations(new MemoryGenerations(time))
    {
        public override async Task<ImmutableArray<MeshDocument>> ReadDocumentsAsync(long generation, CancellationToken cancellationToken) =>
            generation > 0 || (await ReadHeadAsync(cancellationToken)).Version.Generation == 0
                ? await base.ReadDocumentsAsync(generation, cancellationToken)
                : [new MeshDocument(Docs.Service("old"), """{"kind":"Service","name":"old","namespace":"default","mood":"good"}""")];
    }
}
