using Mesh.ConfigServer.Documents;
using Mesh.Model.Documents;

namespace Mesh.Cli.Files;

/// <summary>A document and the file it stands in.</summary>
internal sealed record SourceDocument(string File, ReadDocument Document)
{
    /// <summary>As faults name it.</summary>
    public string Name => Document.Key.ToString();

    /// <summary>The line of a setting, or of the nearest place around it that is written out.</summary>
    public int? LineOf(string? path) =>
        Document.Root.All()
            .Where(node => node.Line is not null && Contains(node, path ?? ""))
            .MaxBy(node => node.Path.Length)?.Line;

    private static bool Contains(DocumentNode node, string path) =>
        node.Path.Length == 0
        || path.Equals(node.Path, StringComparison.OrdinalIgnoreCase)
        || path.StartsWith(node.Path + ":", StringComparison.OrdinalIgnoreCase);
}
