using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Documents;

/// <summary>
/// A document with the places of its settings in what was sent. Its kind and name are known to be good, its settings not yet.
/// </summary>
/// <param name="Document">As the mesh keeps it.</param>
/// <param name="Root">As it was written.</param>
/// <param name="File">Where it stands, if in a file.</param>
/// <param name="HasLines">False: it comes from the store, where no person sees lines.</param>
internal sealed record ReadDocument(MeshDocument Document, DocumentNode Root, string? File = null, bool HasLines = true)
{
    public DocumentKey Key => Document.Key;

    /// <summary>How faults of others call it.</summary>
    public string Label => File is null ? Key.ToString() : $"{Key} ({File})";
}
