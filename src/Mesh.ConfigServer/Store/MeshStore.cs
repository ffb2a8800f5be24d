using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Store;

/// <summary>A mesh that is kept in generations. Each write is checked against the very generation that it replaces.</summary>
internal sealed class MeshStore : IMeshStore
{
    private readonly IGenerations _generations;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StateFeed _feed;
    private readonly SemaphoreSlim _writing = new(1);

    private MeshStore(IGenerations generations, TimeProvider time, ILogger logger)
    {
        (_generations, _time, _logger, _feed) = (generations, time, logger, new StateFeed(logger));
    }

    public bool IsReadOnly => false;

    public string Place => _generations.Place;

    public MeshState Current => _feed.Current;

    /// <summary>Reads the newest generation. Takes over what it is kept in.</summary>
    /// <exception cref="StoreException">It cannot be read, or this version cannot use what is kept there.</exception>
    public static async Task<MeshStore> OpenAsync(
        IGenerations generations, TimeProvider time, ILogger logger, CancellationToken cancellationToken = default)
    {
        MeshStore store = new(generations, time, logger);
        try
        {
            await store.ReadAsync(cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public IDisposable Subscribe(Action<MeshState> observer) => _feed.Subscribe(observer);

    public async Task<WriteResult> WriteAsync(MeshWrite write, CancellationToken cancellationToken = default)
    {
        // To check documents may take long; other writes do not wait for it.
        PlannedWrite plan = Plan(write);
        return plan.NeedsNoWrite
            ? plan.Result
            : await AloneAsync(() => WriteAloneAsync(write, plan, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public Task<WriteResult> RollBackAsync(
        long generation, Authorship by, bool dryRun = false, CancellationToken cancellationToken = default) =>
        AloneAsync(() => RollBackAloneAsync(generation, by, dryRun, cancellationToken), cancellationToken);

    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken = default) =>
        _generations.ReadHistoryAsync(query, cancellationToken);

    public async Task<(GenerationRecord Record, ImmutableArray<MeshDocument> Documents)> ReadGenerationAsync(
        long generation, CancellationToken cancellationToken = default)
    {
        HistoryQuery query = new() { Before = generation + 1, Limit = 1 };
        ImmutableArray<GenerationRecord> records = await ReadHistoryAsync(query, cancellationToken).ConfigureAwait(false);
        return records is [{ } record] && record.Version.Generation == generation
            ? (record, await _generations.ReadDocumentsAsync(generation, cancellationToken).ConfigureAwait(false))
            : throw new StoreException(
                StoreFailure.UnknownGeneration, $"There is no generation {generation}. The newest is {Current.Generation}.");
    }

    public Task BackUpAsync(string file, CancellationToken cancellationToken = default) =>
        _generations.BackUpAsync(file, cancellationToken);

    public Task<WriteResult> RestoreAsync(string file, Authorship by, CancellationToken cancellationToken = default) =>
        AloneAsync(() => RestoreAloneAsync(file, by, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // A write that is under way comes to its end.
        await _writing.WaitAsync().ConfigureAwait(false);
        await _generations.DisposeAsync().ConfigureAwait(false);
        _writing.Release();
    }

    private async Task<WriteResult> AloneAsync(Func<Task<WriteResult>> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await write().ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
            _feed.Deliver();
        }
    }

    private async Task<WriteResult> WriteAloneAsync(MeshWrite write, PlannedWrite plan, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!ReferenceEquals(plan.Before, Current))
            {
                plan = Plan(write);
            }

            if (plan.NeedsNoWrite)
            {
                return plan.Result;
            }

            MeshState after = plan.After;
            GenerationRecord record = Record(after.Version, write.By, write.Action, plan.Result.Changes);
            ImmutableArray<MeshDocument> documents =
                [.. record.Changes.Where(change => change.After is not null).Select(change => after.Documents[change.Key])];
            if (await _generations.TryAddAsync(record, documents, cancellationToken).ConfigureAwait(false))
            {
                _feed.Set(after);
                _logger.GenerationWritten(after.Version, after.Services.Count, record.Changes.Length, write.By.Author, write.Action);
                return plan.Result;
            }

            // Another server came first: once more, from what it wrote.
            await ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private PlannedWrite Plan(MeshWrite write) => PlannedWrite.Of(write, Current);

    /// <summary>What is brought back is read in here, too: after a restore the same number is another generation.</summary>
    private async Task<WriteResult> RollBackAloneAsync(long generation, Authorship by, bool dryRun, CancellationToken cancellationToken)
    {
        (_, ImmutableArray<MeshDocument> documents) = await ReadGenerationAsync(generation, cancellationToken).ConfigureAwait(false);
        MeshWrite write = new()
        {
            By = by, Action = $"rollback to {generation}", Put = DocumentSet.Of(documents.Select(DocumentReader.Read)), Prune = true,
            DryRun = dryRun,
        };
        return await WriteAloneAsync(write, Plan(write), cancellationToken).ConfigureAwait(false);
    }

    private async Task<WriteResult> RestoreAloneAsync(string file, Authorship by, CancellationToken cancellationToken)
    {
        MeshState before = Current;
        StoreBackup backup = await _generations.ReadBackupAsync(file, cancellationToken).ConfigureAwait(false);
        StoreVersion version = backup.Head.Version.RestoredOver(before.Version, _time.GetUtcNow());
        MeshCheck check = MeshChecker.Check(before, version, ByKey(backup.Documents), DocumentSet.Empty, backup.Births);
        MeshState after = check.State ?? throw new BadDocumentsException(check.Faults, check.IsConflict);
        GenerationRecord record = Record(version, by, "restore", []);
        await _generations.RestoreAsync(file, record, cancellationToken).ConfigureAwait(false);
        _feed.Set(after with { MeshId = backup.Head.MeshId });
        ImmutableArray<DocumentChange> changes = DocumentChange.Between(before.Documents, after.Documents, []);
        _logger.GenerationWritten(version, after.Services.Count, changes.Length, by.Author, record.Action);
        return new WriteResult(version, DryRun: false, changes, check.Warnings);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        StoreHead head = await _generations.ReadHeadAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<MeshDocument> documents =
            await _generations.ReadDocumentsAsync(head.Version.Generation, cancellationToken).ConfigureAwait(false);
        ImmutableDictionary<string, long> births = await _generations.ReadBirthsAsync(cancellationToken).ConfigureAwait(false);
        MeshCheck check = MeshChecker.Check(Current, head.Version, ByKey(documents), DocumentSet.Empty, births);
        MeshState state = check.State ?? throw new StoreException(
            StoreFailure.Unavailable,
            $"The documents in {Place} have faults for this version of the server, so one of another version wrote them. "
            + $"Start that one. {string.Join(' ', check.Faults)}");
        _feed.Set(state with { MeshId = head.MeshId });
        _logger.StateRead(head.Version, Place, state.Services.Count);
    }

    private GenerationRecord Record(StoreVersion version, Authorship by, string action, ImmutableArray<DocumentChange> changes) => new()
    {
        Version = version, By = by, Time = _time.GetUtcNow(), Action = action,
        Changes = [.. changes.Where(change => change.Action is not ChangeAction.Unchanged)],
    };

    private static ImmutableSortedDictionary<DocumentKey, MeshDocument> ByKey(ImmutableArray<MeshDocument> documents) =>
        documents.ToImmutableSortedDictionary(document => document.Key, document => document);
}
