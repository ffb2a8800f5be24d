using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Tests.Rest;

/// <summary>A store that has a state, and fails at all else.</summary>
internal sealed class FailingStore(Exception failure) : IMeshStore
{
    public bool IsReadOnly => false;

    public string Place => "nowhere";

    public MeshState Current => MeshState.Empty;

    public IDisposable Subscribe(Action<MeshState> observer)
    {
        observer(Current);
        return new MemoryStream();
    }

    public Task<WriteResult> WriteAsync(MeshWrite write, CancellationToken cancellationToken = default) => Task.FromException<WriteResult>(failure);

    public Task<WriteResult> RollBackAsync(long generation, Authorship by, bool dryRun = false, CancellationToken cancellationToken = default) =>
        Task.FromException<WriteResult>(failure);

    public Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken = default) =>
        Task.FromException<ImmutableArray<GenerationRecord>>(failure);

    public Task<(GenerationRecord Record, ImmutableArray<MeshDocument> Documents)> ReadGenerationAsync(
        long generation, CancellationToken cancellationToken = default) =>
        Task.FromException<(GenerationRecord, ImmutableArray<MeshDocument>)>(failure);

    public Task BackUpAsync(string file, CancellationToken cancellationToken = default) => Task.FromException(failure);

    public Task<WriteResult> RestoreAsync(string file, Authorship by, CancellationToken cancellationToken = default) =>
        Task.FromException<WriteResult>(failure);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
