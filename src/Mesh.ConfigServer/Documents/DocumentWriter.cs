namespace Mesh.ConfigServer.Documents;

/// <summary>Writes documents for people.</summary>
internal static class DocumentWriter
{
    /// <summary>The documents as YAML, with <c>---</c> between them.</summary>
    public static string ToYaml(IEnumerable<MeshDocument> documents) => throw new NotImplementedException();
}
