using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>Changes that are made together or not at all.</summary>
internal sealed record MeshWrite
{
    public required Authorship By { get; init; }

    /// <summary>What goes into the history, such as <c>apply</c>.</summary>
    public string Action { get; init; } = "apply";

    /// <summary>Documents to create or to replace. Where some could not be read nothing is written.</summary>
    public DocumentSet Put { get; init; } = DocumentSet.Empty;

    /// <summary>Documents to delete. One that is not there is no fault; a precondition can ask for it.</summary>
    public ImmutableArray<DocumentKey> Delete { get; init; } = [];

    /// <summary>True: all that is not put is deleted.</summary>
    public bool Prune { get; init; }

    /// <summary>True: everything but the writing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The version that is replaced; null: whichever it is.</summary>
    public StoreVersion? Expected { get; init; }

    /// <summary>What must hold for single documents.</summary>
    public ImmutableDictionary<DocumentKey, Precondition> Preconditions { get; init; } =
        ImmutableDictionary<DocumentKey, Precondition>.Empty;

    /// <summary>The documents that it speaks of.</summary>
    public IEnumerable<DocumentKey> Named => [.. Put.Documents.Select(document => document.Key), .. Delete];

    /// <exception cref="StoreException">What the caller expects to replace is not what is there.</exception>
    public void Verify(MeshState before)
    {
        if (Expected is { } expected && expected != before.Version)
        {
            throw new StoreException(
                StoreFailure.PreconditionFailed,
                $"Generation {before.Version} is in force, not {expected}: another write came first. Look at it, then write again.");
        }

        foreach ((DocumentKey key, Precondition precondition) in Preconditions)
        {
            precondition.Verify(key, before.Documents.GetValueOrDefault(key));
        }
    }

    /// <summary>All documents after it.</summary>
    public ImmutableSortedDictionary<DocumentKey, MeshDocument> After(ImmutableSortedDictionary<DocumentKey, MeshDocument> before) =>
        (Prune ? before.Clear() : before)
            .SetItems(Put.Documents.Select(document => KeyValuePair.Create(document.Key, document.Document)))
            .RemoveRange(Delete);
}
