using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Store;

/// <summary>
/// A mesh whose documents are files that someone else writes. They are read again on every change; faults leave the last good state in
/// force.
/// </summary>
internal sealed class FolderStore : IMeshStore
{
    private readonly Lock _lock = new();
    private readonly FolderFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly StateFeed _feed;
    private readonly FolderWatch _watch;
    private GenerationRecord _record;

    // Which time it is that a service is there, of all that ever were. It goes into names that clients know, so a restart must not change it: the first is 0.
    private ImmutableDictionary<string, long> _births = ImmutableDictionary<string, long>.Empty;
    private volatile StoreRefusal? _refusal;

    private FolderStore(string folder, TimeProvider time, ILogger logger)
    {
        (Place, _files, _time, _logger, _feed) = (folder, new FolderFiles(folder), time, logger, new StateFeed(logger));
        _record = GenerationRecord.First(time.GetUtcNow());
        string look = _files.Look();
        MeshCheck check = Check(_files.Read());
        MeshState state = check.State ?? throw new BadDocumentsException(check.Faults, check.IsConflict);
        PutInForce(state with { MeshId = IdOf(folder) }, DocumentChange.Between(Current.Documents, state.Documents, []));
        _logger.StateRead(state.Version, Place, state.Services.Count);
        _watch = new FolderWatch(_files, look, Read, time, logger);
    }

    public bool IsReadOnly => true;

    public string Place { get; }

    public MeshState Current => _feed.Current;

    public StoreRefusal? Refusal => _refusal;

    /// <summary>Reads the folder, and watches it from then on.</summary>
    /// <exception cref="BadDocumentsException">Its documents have faults.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static FolderStore Open(string folder, TimeProvider time, ILogger logger)
    {
        string full = Path.GetFullPath(folder);
        if (File.Exists(full))
        {
            throw new StoreException(StoreFailure.Unavailable, $"{full} is a file. Give --watch the folder that it is in.");
        }

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

    public Task<WriteResult> RollBackAsync(
        long generation, Authorship by, bool dryRun = false, CancellationToken cancellationToken = default) =>
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
                : throw new StoreException(
                    StoreFailure.UnknownGeneration, $"Of {Place} only generation {_record.Version.Generation} is known.");
        }
    }

    public Task BackUpAsync(string file, CancellationToken cancellationToken = default) => throw ReadOnly();

    public Task<WriteResult> RestoreAsync(string file, Authorship by, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    // The same after a restart, whose epoch is a later one. Of this machine's folder alone: that of another one has epochs of its own.
    private static string IdOf(string folder) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{folder}")).AsSpan(0, 16)).ToString();

    private StoreException ReadOnly() => new(StoreFailure.ReadOnly, $"The documents come from {Place}. Change the files there.");

    /// <summary>False: the files cannot be read now.</summary>
    private bool Read()
    {
        bool isRead;
        lock (_lock)
        {
            isRead = TryRead();
        }

        _feed.Deliver();
        return isRead;
    }

    private bool TryRead()
    {
        try
        {
            Take(_files.Read());
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse([new MeshFault(Place, "", null, e.Message)]);
            return false;
        }
    }

    private void Take(DocumentSet set)
    {
        MeshCheck check = Check(set);
        if (check.State is not { } state)
        {
            Refuse(check.Faults);
        }
        else if (state.Documents.IsEmpty && !Current.Documents.IsEmpty)
        {
            // More likely half of an update than the wish to have no rules.
            Refuse([new MeshFault(Place, "", null, "All documents are gone. If that is meant, start the server anew.")]);
        }
        else
        {
            _refusal = null;
            if (DocumentChange.Between(Current.Documents, state.Documents, []) is { IsEmpty: false } changes)
            {
                PutInForce(state, changes);
                _logger.GenerationWritten(_record.Version, state.Services.Count, changes.Length, Place, _record.Action);
            }
        }
    }

    /// <summary>Tells it, once. The time stays that of the first refusal: since then the mesh is older than the files.</summary>
    private void Refuse(ImmutableArray<MeshFault> faults)
    {
        if (_refusal?.Faults.SequenceEqual(faults) != true)
        {
            _logger.FolderRefused(Place, _record.Version, string.Concat(faults.Select(fault => $"{Environment.NewLine}{fault}")));
            _refusal = new StoreRefusal(_refusal?.Since ?? _time.GetUtcNow(), faults);
        }
    }

    private MeshCheck Check(DocumentSet set)
    {
        ImmutableSortedDictionary<DocumentKey, MeshDocument> documents =
            set.Documents.ToImmutableSortedDictionary(document => document.Key, document => document.Document);
        Dictionary<string, long> births = documents.Keys.Where(key => key.Kind == DocumentKey.Service)
            .ToDictionary(key => key.FullName, key => Birth(key.FullName), StringComparer.Ordinal);
        return MeshChecker.Check(Current, _record.Version.Next, documents, set, births);
    }

    private long Birth(string service) => Current.Births.TryGetValue(service, out long birth) ? birth
        : _births.TryGetValue(service, out long last) ? last + 1
        : 0;

    private void PutInForce(MeshState state, ImmutableArray<DocumentChange> changes)
    {
        _births = _births.SetItems(state.Births);
        _record = new GenerationRecord
        {
            Version = state.Version, By = new Authorship(Place), Time = _time.GetUtcNow(), Action = "read", Changes = changes,
        };
        _feed.Set(state);
    }
}
