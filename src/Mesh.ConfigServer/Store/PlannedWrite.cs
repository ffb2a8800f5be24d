using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;

namespace Mesh.ConfigServer.Store;

/// <summary>A write that is checked, and good as long as the state that it replaces is in force.</summary>
/// <param name="Before">That state.</param>
/// <param name="After">The one to put in its place.</param>
/// <param name="NeedsNoWrite">True: there is nothing to write, or it is a dry run.</param>
/// <param name="Result">What the caller is told.</param>
internal sealed record PlannedWrite(MeshState Before, MeshState After, bool NeedsNoWrite, WriteResult Result)
{
    /// <param name="write">What is asked for.</param>
    /// <param name="before">The state in force.</param>
    /// <exception cref="BadDocumentsException">Documents have faults, or claim each other's names.</exception>
    /// <exception cref="StoreException">What the caller expects to replace is not what is there, or it is not the caller's.</exception>
    public static PlannedWrite Of(MeshWrite write, MeshState before)
    {
        // First of all: whose it is not is not told by a precondition or a fault what there is.
        write.By.Scope.Verify(write.Named);
        write.Verify(before);
        ImmutableSortedDictionary<DocumentKey, MeshDocument> documents = write.After(before.Documents);
        write.By.Scope.Verify(Written(before, documents));
        MeshCheck check = MeshChecker.Check(before, before.Version.Next, documents, write.Put);
        MeshState after = check.State ?? throw new BadDocumentsException(check.Faults, check.IsConflict);
        ImmutableArray<DocumentChange> changes = DocumentChange.Between(before.Documents, after.Documents, write.Named);
        write.By.Scope.VerifyHosts(after, Written(before, documents));
        bool needsNoWrite = write.DryRun || changes.All(change => change.Action is ChangeAction.Unchanged);
        StoreVersion version = needsNoWrite ? before.Version : after.Version;
        WriteResult result = new(version, write.DryRun, changes, Worth(check.Warnings, write.Put, before.Warnings));
        return new PlannedWrite(before, after, needsNoWrite, result);
    }

    // Also what is deleted because it is not named, or comes back with an old generation.
    private static IEnumerable<DocumentKey> Written(MeshState before, ImmutableSortedDictionary<DocumentKey, MeshDocument> after) =>
        DocumentDifference.Between(before.Documents, after).Select(each => each.Key);

    /// <summary>The warnings about what was written, and those that it brought up elsewhere.</summary>
    private static ImmutableArray<MeshFault> Worth(
        ImmutableArray<MeshFault> warnings, DocumentSet put, MeshWarnings before)
    {
        HashSet<MeshFault> known = [.. before.Told.Select(each => each.Warning)];
        HashSet<string> written = [.. put.Documents.Select(document => document.Key.ToString())];
        return [.. warnings.Where(warning => written.Contains(warning.Document) || !known.Contains(warning with { Line = null }))];
    }
}
