using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>What became of a document.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Action">What was done.</param>
/// <param name="Before">The ETag of what was there, if anything.</param>
/// <param name="After">The ETag of what is there now, if anything.</param>
internal sealed record DocumentChange(DocumentKey Key, ChangeAction Action, string? Before, string? After)
{
    /// <summary>What differs, by key, and what does not although it was named.</summary>
    public static ImmutableArray<DocumentChange> Between(
        ImmutableSortedDictionary<DocumentKey, MeshDocument> before,
        ImmutableSortedDictionary<DocumentKey, MeshDocument> after,
        IEnumerable<DocumentKey> named)
    {
        HashSet<DocumentKey> all = [.. named];
        return
        [
            .. before.Keys.Concat(after.Keys).Distinct().Order()
                .Select(key => Of(key, before.GetValueOrDefault(key)?.ETag, after.GetValueOrDefault(key)?.ETag))
                .Where(change => change.Action is not ChangeAction.Unchanged || all.Contains(change.Key)),
        ];
    }

    public static DocumentChange Of(DocumentKey key, string? before, string? after) =>
        new(key, ActionOf(before, after), before, after);

    private static ChangeAction ActionOf(string? before, string? after) =>
        before == after ? ChangeAction.Unchanged
        : before is null ? ChangeAction.Created
        : after is null ? ChangeAction.Deleted
        : ChangeAction.Updated;
}
