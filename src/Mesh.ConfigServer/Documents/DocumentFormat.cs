namespace Mesh.ConfigServer.Documents;

/// <summary>What documents are written in.</summary>
internal enum DocumentFormat
{
    /// <summary>One document, or an array of them.</summary>
    Json,

    /// <summary>Any number of documents, with <c>---</c> between them.</summary>
    Yaml,
}
