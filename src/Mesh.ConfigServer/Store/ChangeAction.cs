namespace Mesh.ConfigServer.Store;

/// <summary>What becomes of a document.</summary>
internal enum ChangeAction
{
    Created,
    Updated,
    Deleted,
    Unchanged,
}
