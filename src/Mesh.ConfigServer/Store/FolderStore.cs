using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Microsoft.Extensions.Logging;

namespace Mesh.ConfigServer.Store;

/// <summary>A mesh whose documents are files that someone else writes.</summary>
internal sealed class FolderStore : IMeshStore
{
    private readonly FolderMesh _mesh;

    private FolderStore(string folder, TimeProvider time, ILogger logger) =>
        (Place, _mesh) = (folder, new FolderMesh(folder, time, logger));

    public bool IsReadOnly => true;

    public string Place { get; }

    public MeshState Current => _mesh.Feed.Current;

    public StoreRefusal? Refusal => _mesh.Refusal;

    /// <summary>Reads the folder, and watches it from then on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="option">What messages call the option that names the folder.</param>
    /// <exception cref="BadDocumentsException">Its documents have faults.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static FolderStore Open(
        string folder, TimeProvider time, ILogger logger, string option = nameof(MeshConfigServerOptions.WatchDirectory))
    {
        string full = Path.GetFullPath(folder);
        if (File.Exists(full))
        {
            throw new StoreException(StoreFailure.Unavailable, $"{full} is a file. Give {option} the folder that it is in.");
        }

        try
        {
            return new FolderStore(full, time, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreFailure.Unavailable, $"{full} cannot be read: {e.Message} Give {option} a folder that this user may read.", e);
        }
    }

    public IDisposable Subscribe(Action<MeshState> observer) => _mesh.Feed.Subscribe(observer);

    public Task<WriteResult> WriteAsync(MeshWrite write, CancellationToken cancellationToken = default) => throw ReadOnly();

    public Task<WriteResult> RollBackAsync(
        long generation, Authorship by, bool dryRun = false, CancellationToken cancellationToken = default) =>
        throw ReadOnly();

    /// <summary>Only the reading that is in force: the files' own history is elsewhere.</summary>
    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken = default)
    {
        GenerationRecord record = _mesh.Newest.Record;
        return Task.FromResult<ImmutableArray<GenerationRecord>>(query.Includes(record) && query.Limit > 0 ? [record] : []);
    }

    public Task<(GenerationRecord Record, ImmutableArray<MeshDocument> Documents)> ReadGenerationAsync(
        long generation, CancellationToken cancellationToken = default)
    {
        (GenerationRecord record, MeshState state) = _mesh.Newest;
        return generation == record.Version.Generation
            ? Task.FromResult<(GenerationRecord, ImmutableArray<MeshDocument>)>((record, [.. state.Documents.Values]))
            : throw new StoreException(
                StoreFailure.UnknownGeneration, $"Of {Place} only generation {record.Version.Generation} is known.");
    }

    public Task BackUpAsync(string file, CancellationToken cancellationToken = default) => throw ReadOnly();

    public Task<WriteResult> RestoreAsync(string file, Authorship by, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    private StoreException ReadOnly() => new(StoreFailure.ReadOnly, $"The documents come from {Place}. Change the files there.");
}
