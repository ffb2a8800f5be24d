using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>Generations that are gone with the process.</summary>
internal sealed class MemoryGenerations(TimeProvider time) : IGenerations
{
    private readonly Lock _lock = new();
    private readonly string _meshId = Guid.NewGuid().ToString();
    private readonly List<(GenerationRecord Record, ImmutableSortedDictionary<DocumentKey, MeshDocument> Documents)> _generations =
        [(GenerationRecord.First(time.GetUtcNow()), ImmutableSortedDictionary<DocumentKey, MeshDocument>.Empty)];

    public string Place => "memory";

    /// <summary>What a write waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task<StoreHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(new StoreHead(_meshId, _generations[^1].Record.Version));
        }
    }

    public Task<ImmutableArray<MeshDocument>> ReadDocumentsAsync(long generation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<ImmutableArray<MeshDocument>>([.. _generations[(int)generation].Documents.Values]);
        }
    }

    public Task<ImmutableDictionary<string, long>> ReadBirthsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_generations[^1].Documents.Keys.Where(key => key.Kind == DocumentKey.Service).ToImmutableDictionary(
                key => key.FullName,
                key => (long)(_generations.FindLastIndex(generation => !generation.Documents.ContainsKey(key)) + 1)));
        }
    }

    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<ImmutableArray<GenerationRecord>>(
            [
                .. _generations.Select(generation => generation.Record).Reverse().Where(query.Includes).Take(query.Limit),
            ]);
        }
    }

    public async Task<bool> TryAddAsync(GenerationRecord generation, ImmutableArray<MeshDocument> documents, CancellationToken cancellationToken)
    {
        await Gate;
        lock (_lock)
        {
            if (generation.Version != _generations[^1].Record.Version.Next)
            {
                return false;
            }

            IEnumerable<DocumentKey> deleted =
                generation.Changes.Where(change => change.Action is ChangeAction.Deleted).Select(change => change.Key);
            _generations.Add((generation, _generations[^1].Documents.RemoveRange(deleted)
                .SetItems(documents.Select(document => KeyValuePair.Create(document.Key, document)))));
            return true;
        }
    }

    public Task BackUpAsync(string file, CancellationToken cancellationToken) => throw NotKept();

    public Task<StoreBackup> ReadBackupAsync(string file, CancellationToken cancellationToken) =>
        throw NotKept();

    public Task RestoreAsync(string file, GenerationRecord generation, CancellationToken cancellationToken) => throw NotKept();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static StoreException NotKept() =>
        new(StoreFailure.ReadOnly, "This mesh is kept in memory only: there is no backup of it. Start the server with --data DIR.");
}
