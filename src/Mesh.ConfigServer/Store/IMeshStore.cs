using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>The documents of the mesh, their history and the state they make. Thread-safe.</summary>
internal interface IMeshStore : IMeshStates, IAsyncDisposable
{
    bool IsReadOnly { get; }

    /// <summary>Where it is, for people.</summary>
    string Place { get; }

    /// <summary>Why the documents in force are not the newest; null: they are.</summary>
    StoreRefusal? Refusal => null;

    /// <exception cref="BadDocumentsException">Documents have faults, or claim each other's names.</exception>
    /// <exception cref="StoreException">It cannot be done.</exception>
    Task<WriteResult> WriteAsync(MeshWrite write, CancellationToken cancellationToken = default);

    /// <summary>A new generation with the documents of an old one.</summary>
    /// <exception cref="BadDocumentsException">By now the documents have faults.</exception>
    /// <exception cref="StoreException">It cannot be done.</exception>
    Task<WriteResult> RollBackAsync(
        long generation, Authorship by, bool dryRun = false, CancellationToken cancellationToken = default);

    /// <exception cref="StoreException">It cannot be read.</exception>
    Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>All documents as they were then, by key.</summary>
    /// <exception cref="StoreException">It cannot be read, or there is no such generation.</exception>
    Task<(GenerationRecord Record, ImmutableArray<MeshDocument> Documents)> ReadGenerationAsync(
        long generation, CancellationToken cancellationToken = default);

    /// <summary>Writes all that there is into a new file.</summary>
    /// <exception cref="StoreException">It cannot be done.</exception>
    Task BackUpAsync(string file, CancellationToken cancellationToken = default);

    /// <summary>Puts a backup, its history included, in the place of all that there is, in a new epoch.</summary>
    /// <exception cref="BadDocumentsException">Its documents have faults.</exception>
    /// <exception cref="StoreException">It cannot be done.</exception>
    Task<WriteResult> RestoreAsync(string file, Authorship by, CancellationToken cancellationToken = default);
}
