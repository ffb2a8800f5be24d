using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Rest;

/// <summary>What became of a document.</summary>
/// <param name="Kind"><c>Service</c> or <c>MeshSettings</c>.</param>
/// <param name="Namespace">Null where the kind has none.</param>
/// <param name="Name">Null where the kind has none.</param>
/// <param name="Action"><c>created</c>, <c>updated</c>, <c>deleted</c> or <c>unchanged</c>.</param>
/// <param name="Before">The ETag of what was there, without quotes; null: nothing was.</param>
/// <param name="After">The ETag of what is there now; null: nothing is.</param>
internal sealed record Change(string Kind, string? Namespace, string? Name, string Action, string? Before, string? After)
{
    public static Change Of(DocumentChange change) => new(
        change.Key.Kind,
        change.Key.Namespace.Length == 0 ? null : change.Key.Namespace,
        change.Key.Namespace.Length == 0 ? null : change.Key.Name,
        change.Action.ToString().ToLowerInvariant(),
        change.Before,
        change.After);
}
