using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>Checks documents as a mesh of their own, without a store.</summary>
internal static class DocumentCheck
{
    /// <exception cref="BadDocumentsException">Documents have faults, or claim each other's names.</exception>
    public static WriteResult Check(DocumentSet documents)
    {
        MeshWrite write = new() { By = new Authorship(""), Put = documents, DryRun = true };
        MeshState before = MeshState.Empty;
        MeshCheck check = MeshChecker.Check(before, before.Version, write.After(before.Documents), documents);
        return check.State is { } after
            ? new WriteResult(before.Version, DryRun: true, DocumentChange.Between(before.Documents, after.Documents, []), check.Warnings)
            : throw new BadDocumentsException(check.Faults, check.IsConflict);
    }
}
