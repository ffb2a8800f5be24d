using System.Collections.Immutable;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Documents;

/// <summary>Reads documents from text.</summary>
internal static class DocumentReader
{
    /// <summary>Never throws: a text that cannot be read is a fault.</summary>
    public static DocumentSet Read(string text, DocumentFormat format)
    {
        ImmutableArray<DocumentNode> roots = format is DocumentFormat.Json ? JsonNodes.ReadMany(text, "") : YamlNodes.ReadMany(text, "");
        List<ReadDocument> documents = [];
        List<MeshFault> faults = [];
        foreach ((int index, DocumentNode root) in roots.Index())
        {
            DocumentResult<DocumentHeader> header = MeshDocuments.ReadHeader(root);
            if (header.Value is { } value)
            {
                documents.Add(Of(root, value));
            }
            else
            {
                faults.AddRange(header.Faults.Select(fault => new MeshFault(Describe(index, root), fault.Path, fault.Line, fault.Message)));
            }
        }

        foreach (IGrouping<DocumentKey, ReadDocument> twins in documents.GroupBy(document => document.Key))
        {
            faults.AddRange(twins.Skip(1).Select(twin => new MeshFault(
                twin.Key.ToString(), "", twin.Root.Line, $"The document is given already, at line {twins.First().Root.Line}. Give each one once.")));
        }

        return new DocumentSet([.. documents.DistinctBy(document => document.Key)], [.. faults]);
    }

    /// <summary>A document that is kept already.</summary>
    public static ReadDocument Read(MeshDocument document) => new(document, JsonNodes.Read(document.Json, ""));

    private static ReadDocument Of(DocumentNode root, DocumentHeader header)
    {
        bool isService = header.Kind == DocumentKey.Service;
        DocumentKey key = new(header.Kind, header.Namespace, isService ? header.Name : DocumentKey.MeshName);
        return new ReadDocument(new MeshDocument(key, MeshDocuments.ToJson(root, header)), root);
    }

    private static string Describe(int index, DocumentNode root) => $"document {index + 1}{(root.Line is null ? "" : $" (line {root.Line})")}";
}
