namespace Mesh.ConfigServer.Documents;

/// <summary>Reads documents from text.</summary>
internal static class DocumentReader
{
    /// <summary>Never throws: a text that cannot be read is a fault.</summary>
    public static DocumentSet Read(string text, DocumentFormat format) => throw new NotImplementedException();

    /// <summary>A document that is kept already.</summary>
    public static ReadDocument Read(MeshDocument document) => throw new NotImplementedException();
}
