using System.Collections.Immutable;
using Mesh.Cli.Api;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.State;
using Mesh.ConfigServer.Store;

namespace Mesh.Cli.Files;

/// <summary>The documents of all files that a command was given.</summary>
internal sealed record SourceSet(ImmutableArray<SourceDocument> Documents, ImmutableArray<FileFault> Faults)
{
    private DocumentSet ToDocumentSet() => DocumentSet.Of(Documents.DistinctBy(source => source.Document.Key).Select(source => source.Document));

    /// <summary>What the documents make of a mesh of their own.</summary>
    public MeshCheck Check()
    {
        DocumentSet documents = ToDocumentSet();
        MeshWrite write = new() { By = new ConfigServer.Store.Authorship(""), Put = documents };
        return MeshChecker.Check(MeshState.Empty, MeshState.Empty.Version, write.After(MeshState.Empty.Documents), documents);
    }

    /// <summary>What is wrong with files that cannot all be read, and with the documents that could.</summary>
    public ImmutableArray<FileFault> AllFaults() =>
    [
        .. Faults.Concat(Check().Faults.Select(Locate)).OrderBy(fault => fault.File, StringComparer.Ordinal).ThenBy(fault => fault.Fault.Line ?? int.MaxValue),
    ];

    public string ToJson() => $"[{string.Join(',', Documents.Select(source => source.Document.Document.Json))}]";

    /// <summary>
    /// Where a fault is in the files. Its document and its path tell: a document is given once, and lines are those of what was sent.
    /// </summary>
    public FileFault Locate(FaultEntry fault)
    {
        SourceDocument? source = Named(fault.Document);
        return new FileFault(source?.File, fault with { Line = source?.LineOf(fault.Path) });
    }

    /// <inheritdoc cref="Locate(FaultEntry)"/>
    public FileFault Locate(MeshFault fault) => Locate(new FaultEntry(fault.Document, fault.Path, fault.Line, fault.Message));

    /// <summary>The file of a document; null: it comes from none.</summary>
    public string? FileOf(string document) => Named(document)?.File;

    private SourceDocument? Named(string document) =>
        Documents.FirstOrDefault(source => source.Name.Equals(document, StringComparison.OrdinalIgnoreCase));
}
