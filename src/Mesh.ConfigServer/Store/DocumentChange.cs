using Mesh.ConfigServer.Documents;

namespace Mesh.ConfigServer.Store;

/// <summary>What becomes of a document.</summary>
internal enum ChangeAction
{
    Created,
    Updated,
    Deleted,
    Unchanged,
}

/// <summary>What became of a document.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Action">What was done.</param>
/// <param name="Before">The ETag of what was there, if anything.</param>
/// <param name="After">The ETag of what is there now, if anything.</param>
internal sealed record DocumentChange(DocumentKey Key, ChangeAction Action, string? Before, string? After);
