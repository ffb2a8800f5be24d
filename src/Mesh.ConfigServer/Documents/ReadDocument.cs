using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Documents;

/// <summary>A document with the places of its settings in what was sent. Its kind and name are known to be good, its settings not yet.</summary>
internal sealed record ReadDocument(MeshDocument Document, DocumentNode Root)
{
    public DocumentKey Key => Document.Key;
}
