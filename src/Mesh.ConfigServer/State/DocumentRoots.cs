using System.Collections.Immutable;
using Mesh.ConfigServer.Documents;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.State;

/// <summary>The nodes of documents: with lines of those that were sent just now, read when needed of those that are kept.</summary>
internal sealed class DocumentRoots(ImmutableSortedDictionary<DocumentKey, MeshDocument> documents, DocumentSet written)
{
    private readonly Dictionary<DocumentKey, ReadDocument> _written = written.Documents.ToDictionary(document => document.Key);

    public bool Has(DocumentKey key) => documents.ContainsKey(key);

    /// <summary>The key of a service, spelt as in its document where there is one.</summary>
    public DocumentKey KeyOf(string fullName)
    {
        DocumentKey key = DocumentKey.OfService(fullName);
        return documents.TryGetKey(key, out DocumentKey? spelt) ? spelt : key;
    }

    /// <summary>The line where a person finds it, if one does.</summary>
    public int? Line(DocumentKey key, int? line) => _written.GetValueOrDefault(key) is { HasLines: true } ? line : null;

    public DocumentNode Of(DocumentKey key) => _written.GetValueOrDefault(key)?.Root ?? JsonNodes.Read(documents[key].Json, "");

    /// <summary>How faults of others call a document.</summary>
    public string Label(DocumentKey key) => _written.GetValueOrDefault(key)?.Label ?? key.ToString();

    /// <summary>A fault at a known place of a document.</summary>
    public MeshFault Fault(DocumentKey key, string path, int? line, string message) =>
        new(key.ToString(), path, Line(key, line), message) { File = _written.GetValueOrDefault(key)?.File };

    /// <summary>A fault at a place of a document; the line is that of the nearest place that there is.</summary>
    public MeshFault Fault(DocumentKey key, string path, string message)
    {
        DocumentNode? node = _written.GetValueOrDefault(key)?.Root;
        int? line = node?.Line;
        foreach (string step in path.Split(':'))
        {
            node = node?.Find(step);
            line = node?.Line ?? line;
        }

        return Fault(key, path, line, message);
    }
}
