using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Store;

/// <summary>
/// What the files of a folder make of the mesh. They are read again on every change; faults leave the last good state in force.
/// </summary>
internal sealed class FolderMesh : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly FolderFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FolderWatch _watch;
    private GenerationRecord _record;
    private volatile StoreRefusal? _refusal;

    // Which time it is that a service is there, of all that ever were. It goes into names that clients know, so a restart must not change
    // it: the first is 0.
    private ImmutableDictionary<string, long> _births = ImmutableDictionary<string, long>.Empty;

    /// <exception cref="BadDocumentsException">The documents have faults.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be read.</exception>
    public FolderMesh(string folder, TimeProvider time, ILogger logger)
    {
        (_files, _time, _logger, Feed) = (new FolderFiles(folder), time, logger, new StateFeed(logger));
        _record = GenerationRecord.First(time.GetUtcNow());
        string look = _files.Look();
        MeshCheck check = Check(_files.Read());
        MeshState state = check.State ?? throw new BadDocumentsException(check.Faults, check.IsConflict);
        PutInForce(state with { MeshId = IdOf(folder) }, DocumentChange.Between(Current.Documents, state.Documents, []));
        _logger.StateRead(state.Version, folder, state.Services.Count);
        _watch = new FolderWatch(_files, look, Read, time, logger);
    }

    public StateFeed Feed { get; }

    /// <summary>The reading that is in force, and what it made: of one moment.</summary>
    public (GenerationRecord Record, MeshState State) Newest
    {
        get
        {
            lock (_lock)
            {
                return (_record, Current);
            }
        }
    }

    /// <summary>What is in the files, and not in force.</summary>
    public StoreRefusal? Refusal => _refusal;

    private MeshState Current => Feed.Current;

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    // The same after a restart, whose epoch is a later one. Of this machine's folder alone: that of another one has epochs of its own.
    private static string IdOf(string folder)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{folder}"));
        return new Guid(hash.AsSpan(0, 16)).ToString();
    }

    /// <summary>False: the files cannot be read now.</summary>
    private bool Read()
    {
        bool isRead;
        lock (_lock)
        {
            isRead = TryRead();
        }

        Feed.Deliver();
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
            Refuse([new MeshFault(_files.Folder, "", null, e.Message)]);
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
            Refuse([new MeshFault(_files.Folder, "", null, "All documents are gone. If that is meant, start the server anew.")]);
        }
        else
        {
            bool wasRefused = _refusal is not null;
            _refusal = null;
            if (DocumentChange.Between(Current.Documents, state.Documents, []) is { IsEmpty: false } changes)
            {
                PutInForce(state, changes);
                _logger.GenerationWritten(state.Version, state.Services.Count, changes.Length, _files.Folder, _record.Action);
            }
            else if (wasRefused)
            {
                _logger.FolderMended(_files.Folder);
            }
        }
    }

    /// <summary>Tells it, once. The time stays that of the first refusal: since then the mesh is older than the files.</summary>
    private void Refuse(ImmutableArray<MeshFault> faults)
    {
        if (_refusal?.Faults.SequenceEqual(faults) != true)
        {
            _logger.FolderRefused(_files.Folder, Current.Version, string.Concat(faults.Select(fault => $"{Environment.NewLine}{fault}")));
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
            Version = state.Version, By = new Authorship(_files.Folder), Time = _time.GetUtcNow(), Action = "read", Changes = changes,
        };
        Feed.Set(state);
    }
}
