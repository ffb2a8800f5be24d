using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;

namespace Mesh.Cli.Files;

/// <summary>The documents of all files that a command was given.</summary>
internal sealed class SourceSet(DocumentSet read)
{
    private readonly DocumentRoots _roots = new(ImmutableSortedDictionary<DocumentKey, MeshDocument>.Empty, read);

    public ImmutableArray<ReadDocument> Documents => read.Documents;

    /// <summary>Those that are about services.</summary>
    public IReadOnlyList<StoredService> Services =>
    [
        .. Documents.Where(source => source.Key.Kind == DocumentKey.Service)
            .Select(source => StoredService.Of(JsonNode.Parse(source.Document.Json)!.AsObject())),
    ];

    /// <summary>What is wrong with files that cannot all be read.</summary>
    public ImmutableArray<MeshFault> Faults => read.Faults;

    /// <summary>What the documents make of a mesh of their own. Its faults are those of files that cannot be read, too.</summary>
    public MeshCheck Check() => DocumentCheck.Examine(read);

    public string ToJson() => $"[{string.Join(',', Documents.Select(source => source.Document.Json))}]";

    /// <summary>
    /// Where a fault is in the files. Its document and its path tell: a document is given once, and lines are those of what was sent.
    /// </summary>
    public MeshFault Locate(MeshFault fault) => Named(fault.Document) is { } source
        ? _roots.Fault(source.Key, fault.Path, fault.Message) : fault with { Line = null };

    /// <summary>The file of a document; null: it comes from none.</summary>
    public string? FileOf(string document) => Named(document)?.File;

    private ReadDocument? Named(string document) =>
        Documents.FirstOrDefault(source => $"{source.Key}".Equals(document, StringComparison.OrdinalIgnoreCase));
}
