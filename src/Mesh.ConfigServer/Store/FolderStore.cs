using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Store;

/// <summary>A mesh whose documents are files that someone else writes. They are read again on every change; faults leave the last good state in force.</summary>
internal sealed class FolderStore : IMeshStore
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    // Files are written in pieces, and many of them one after the other.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly FolderFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StateFeed _feed;
    private readonly ITimer _timer;
    private readonly FileSystemWatcher? _watcher;
    private GenerationRecord _record;
    private string _read;
    private string _seen;
    private bool _ended;

    private FolderStore(string folder, TimeProvider time, ILogger logger)
    {
        (Place, _files, _time, _logger, _feed) = (folder, new FolderFiles(folder), time, logger, new StateFeed(logger));
        _record = GenerationRecord.First(time.GetUtcNow());
        _read = _seen = _files.Look();
        MeshCheck check = Check();
        PutInForce(check.State ?? throw new BadDocumentsException(check.Faults, check.IsConflict));
        _logger.StateRead(_record.Version.ToString(), Place, Current.Services.Count);
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(_ => Look(), null, s_look, Timeout.InfiniteTimeSpan);
            _watcher = Watch();
        }
    }

    public string MeshId { get; } = Guid.NewGuid().ToString();

    public bool IsReadOnly => true;

    public string Place { get; }

    public MeshState Current => _feed.Current;

    /// <summary>Reads the folder, and watches it from then on.</summary>
    /// <exception cref="BadDocumentsException">Its documents have faults.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static FolderStore Open(string folder, TimeProvider time, ILogger logger)
    {
        string full = Path.GetFullPath(folder);
        try
        {
            return new FolderStore(full, time, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreFailure.Unavailable, $"{full} cannot be read: {e.Message} Give --watch a folder that this user may read.", e);
        }
    }

    public IDisposable Subscribe(Action<MeshState> observer) => _feed.Subscribe(observer);

    public Task<WriteResult> WriteAsync(MeshWrite write, CancellationToken cancellationToken = default) => throw ReadOnly();

    public Task<WriteResult> RollBackAsync(long generation, Authorship by, bool dryRun = false, CancellationToken cancellationToken = default) =>
        throw ReadOnly();

    /// <summary>Only the reading that is in force: the files' own history is elsewhere.</summary>
    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult<ImmutableArray<GenerationRecord>>(query.Includes(_record) && query.Limit > 0 ? [_record] : []);
        }
    }

    public Task<(GenerationRecord Record, ImmutableArray<MeshDocument> Documents)> ReadGenerationAsync(
        long generation, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return generation == _record.Version.Generation
                ? Task.FromResult<(GenerationRecord, ImmutableArray<MeshDocument>)>((_record, [.. Current.Documents.Values]))
                : throw new StoreException(StoreFailure.UnknownGeneration, $"Of {Place} only generation {_record.Version.Generation} is known.");
        }
    }

    public Task BackUpAsync(string file, CancellationToken cancellationToken = default) => throw ReadOnly();

    public Task<WriteResult> RestoreAsync(string file, Authorship by, CancellationToken cancellationToken = default) => throw ReadOnly();

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _ended = true;
        }

        _watcher?.Dispose();
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private StoreException ReadOnly() => new(StoreFailure.ReadOnly, $"The documents come from {Place}. Change the files there.");

    private FileSystemWatcher? Watch()
    {
        try
        {
            FileSystemWatcher watcher = new(Place) { IncludeSubdirectories = true, Filters = { "*.yaml", "*.yml", "*.json" } };
            void Hurry(object sender, FileSystemEventArgs change) => _timer.Change(s_settle, Timeout.InfiniteTimeSpan);
            watcher.Changed += Hurry;
            watcher.Created += Hurry;
            watcher.Deleted += Hurry;
            watcher.Renamed += Hurry;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException e)
        {
            // Systems have a limit on watched folders, and file systems over a network none to watch.
            _logger.FolderNotWatched(Place, e);
            return null;
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            string look = Try(_files.Look, out string? failure) ?? failure!;
            if (look == _seen && look != _read)
            {
                _read = look;
                Read(failure);
            }

            _timer.Change(look == _read ? s_look : s_settle, Timeout.InfiniteTimeSpan);
            _seen = look;
        }

        _feed.Deliver();
    }

    private void Read(string? failure)
    {
        MeshCheck? check = failure is null ? Try(Check, out failure) : null;
        if (check?.State is not { } state)
        {
            _logger.FolderRefused(Place, _record.Version.ToString(), failure ?? string.Join(' ', check!.Faults));
        }
        else if (state.Documents.IsEmpty && !Current.Documents.IsEmpty)
        {
            // More likely half of an update than the wish to have no rules.
            _logger.FolderRefused(Place, _record.Version.ToString(), "All documents are gone. If that is meant, start the server anew.");
        }
        else if (PutInForce(state))
        {
            _logger.GenerationWritten(_record.Version.ToString(), state.Services.Count, _record.Changes.Length, Place, _record.Action);
        }
    }

    private MeshCheck Check()
    {
        DocumentSet set = _files.Read();
        return MeshChecker.Check(
            Current, _record.Version.Next, set.Documents.ToImmutableSortedDictionary(document => document.Key, document => document.Document), set);
    }

    /// <summary>False when it is the one that is in force.</summary>
    private bool PutInForce(MeshState state)
    {
        ImmutableArray<DocumentChange> changes = DocumentChange.Between(Current.Documents, state.Documents, []);
        if (changes.IsEmpty && Current != MeshState.Empty)
        {
            return false;
        }

        _record = new GenerationRecord
        {
            Version = state.Version, By = new Authorship(Place), Time = _time.GetUtcNow(), Action = "read", Changes = changes,
        };
        _feed.Set(state);
        return true;
    }

    private static T? Try<T>(Func<T> work, out string? failure)
        where T : class
    {
        try
        {
            failure = null;
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e.Message;
            return null;
        }
    }
}
