using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>Keeps generations: content that never changes, and a pointer to the newest that is moved by compare and set.</summary>
internal interface IGenerations : IAsyncDisposable
{
    /// <summary>Where they are kept, for people.</summary>
    string Place { get; }

    /// <summary>The newest.</summary>
    Task<StoreHead> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>All documents as they were at a generation.</summary>
    Task<ImmutableArray<MeshDocument>> ReadDocumentsAsync(long generation, CancellationToken cancellationToken);

    /// <summary>Of the services that there are now, by full name: the generation in which each came, after it had not been there.</summary>
    Task<ImmutableDictionary<string, long>> ReadBirthsAsync(CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<ImmutableArray<GenerationRecord>> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken);

    /// <summary>Adds a generation that follows the one before it. False, and nothing is done: another came first.</summary>
    /// <param name="generation">Its record.</param>
    /// <param name="documents">The documents that it creates or updates.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> TryAddAsync(GenerationRecord generation, ImmutableArray<MeshDocument> documents, CancellationToken cancellationToken);

    /// <summary>Writes all that there is into a new file.</summary>
    Task BackUpAsync(string file, CancellationToken cancellationToken);

    /// <summary>The newest generation of a backup.</summary>
    Task<StoreBackup> ReadBackupAsync(string file, CancellationToken cancellationToken);

    /// <summary>Puts a backup in the place of all that there is, with one generation more.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="generation">The record of the restoring.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task RestoreAsync(string file, GenerationRecord generation, CancellationToken cancellationToken);
}
