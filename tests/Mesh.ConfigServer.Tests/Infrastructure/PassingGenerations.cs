using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>Generations that others keep, for tests that change what is read.</summary>
internal abstract class PassingGenerations(IGenerations inner) : IGenerations
{
    public string Place => inner.Place;

    public Task<StoreHead> ReadHeadAsync(CancellationToken cancellationToken) => inner.ReadHeadAsync(cancellationToken);

    public virtual Task<ImmutableArray<MeshDocument>> ReadDocumentsAsync(long generation, CancellationToken cancellationToken) =>
        inner.ReadDocumentsAsync(generation, cancellationToken);

    public Task<ImmutableDictionary<string, long>> ReadBirthsAsync(CancellationToken cancellationToken) =>
        inner.ReadBirthsAsync(cancellationToken);

    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken) =>
        inner.ReadHistoryAsync(query, cancellationToken);

    public virtual Task<bool> TryAddAsync(
        GenerationRecord generation, ImmutableArray<MeshDocument> documents, CancellationToken cancellationToken) =>
        inner.TryAddAsync(generation, documents, cancellationToken);

    public Task BackUpAsync(string file, CancellationToken cancellationToken) => inner.BackUpAsync(file, cancellationToken);

    public Task<StoreBackup> ReadBackupAsync(string file, CancellationToken cancellationToken) =>
        inner.ReadBackupAsync(file, cancellationToken);

    public Task RestoreAsync(string file, GenerationRecord generation, CancellationToken cancellationToken) =>
        inner.RestoreAsync(file, generation, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
