using System.Collections.Immutable;
using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;

namespace Mesh.Cli.Files;

/// <summary>The documents of all files that a command was given.</summary>
internal sealed record SourceSet(ImmutableArray<SourceDocument> Documents, ImmutableArray<FileFault> Faults)
{
    // One document a line, so that a line of a fault tells the document.
    private const int FirstDocumentsLine = 2;

    private DocumentSet ToDocumentSet() => DocumentSet.Of(Documents.Select(source => source.Document));

    /// <summary>What the documents make of a mesh of their own.</summary>
    public MeshCheck Check()
    {
        DocumentSet documents = ToDocumentSet();
        MeshWrite write = new() { By = new ConfigServer.Store.Authorship(""), Put = documents };
        return MeshChecker.Check(MeshState.Empty, MeshState.Empty.Version, write.After(MeshState.Empty.Documents), documents);
    }

    public string ToJson() => $"[\n{string.Join(",\n", Documents.Select(source => source.Document.Document.Json))}\n]";

    /// <summary>Where a fault in <see cref="ToJson"/> is in the files.</summary>
    public FileFault Locate(FaultEntry fault) => At(
        fault, fault.Line is { } line && line - FirstDocumentsLine is >= 0 and var index && index < Documents.Length
            ? Documents[index]
            : Named(fault.Document));

    /// <summary>Where a fault of the documents themselves is: its line is one of its file's already.</summary>
    public FileFault Locate(MeshFault fault)
    {
        SourceDocument? source = Documents.FirstOrDefault(
            source => source.Name == fault.Document && fault.Line is { } line && source.Has(line)) ?? Named(fault.Document);
        FaultEntry entry = new(fault.Document, fault.Path, fault.Line, fault.Message);
        return fault.Line is null ? At(entry, source) : new FileFault(source?.File, entry);
    }

    /// <summary>The file of a document; null: it comes from none.</summary>
    public string? FileOf(string document) => Named(document)?.File;

    private static FileFault At(FaultEntry fault, SourceDocument? source) =>
        new(source?.File, fault with { Line = source?.LineOf(fault.Path) });

    private SourceDocument? Named(string document) =>
        Documents.FirstOrDefault(source => source.Name.Equals(document, StringComparison.OrdinalIgnoreCase));
}
