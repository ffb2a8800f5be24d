using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>Checks documents as a mesh of their own, without a store.</summary>
internal static class DocumentCheck
{
    /// <summary>What they make of it.</summary>
    public static MeshCheck Examine(DocumentSet documents) => MeshChecker.Check(
        MeshState.Empty, MeshState.Empty.Version,
        documents.Documents.ToImmutableSortedDictionary(document => document.Key, document => document.Document), documents);

    /// <exception cref="BadDocumentsException">Documents have faults, or claim each other's names.</exception>
    public static WriteResult Check(DocumentSet documents)
    {
        MeshCheck check = Examine(documents);
        return check.State is { } after
            ? new WriteResult(
                after.Version, DryRun: true, DocumentChange.Between(MeshState.Empty.Documents, after.Documents, []), check.Warnings)
            : throw new BadDocumentsException(check.Faults, check.IsConflict);
    }
}
