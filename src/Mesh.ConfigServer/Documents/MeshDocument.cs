namespace Mesh.ConfigServer.Documents;

/// <summary>A document as the mesh keeps it.</summary>
/// <param name="Key">What it is about.</param>
/// <param name="Json">
/// Its content in canonical form: JSON, keys in camelCase and in the order of the table of settings, without white space.
/// </param>
internal sealed record MeshDocument(DocumentKey Key, string Json)
{
    /// <summary>SHA-256 of its content, in hex.</summary>
    public string Hash { get; } = ContentHash.Of(Json);

    /// <summary>What tells its content from others, short: the first 16 characters of the hash, without quotes.</summary>
    public string ETag => Hash[..ContentHash.ETagLength];
}
