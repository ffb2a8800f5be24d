namespace Mesh.ConfigServer.Store;

/// <summary>What became of one thing.</summary>
/// <param name="Target">Which: <c>Service catalog.default</c>, <c>token k3v7qa2mzx4p</c>.</param>
/// <param name="Before">Names the content that was there, by its hash; null: there was none.</param>
/// <param name="After">Names the content that is there now; null: there is none.</param>
internal sealed record AuditChange(string Target, string? Before, string? After);
