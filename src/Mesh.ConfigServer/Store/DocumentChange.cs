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
        IEnumerable<DocumentChange> unchanged = named.Distinct().Select(key => after.GetValueOrDefault(key))
            .Where(document => document is not null && document == before.GetValueOrDefault(document.Key))
            .Select(document => Of(document!.Key, document.ETag, document.ETag));
        return
        [
            .. DocumentDifference.Between(before, after)
                .Select(each => Of((each.Before ?? each.After)!.Key, each.Before?.ETag, each.After?.ETag))
                .Concat(unchanged).OrderBy(change => change.Key),
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
