namespace Mesh.ConfigServer.Documents;

/// <summary>A document as the mesh keeps it.</summary>
/// <param name="Key">What it is about.</param>
/// <param name="Json">Its content in canonical form: JSON, keys in camelCase and in the order of the table of settings, without white space.</param>
internal sealed record MeshDocument(DocumentKey Key, string Json);
