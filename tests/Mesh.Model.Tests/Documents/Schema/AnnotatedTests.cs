using System.Collections.Immutable;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>docs/annotated.md shows every setting that works, and no other, in one document.</summary>
public sealed class AnnotatedTests
{
    private const string Page = "docs/annotated.md";

    [Fact]
    public void The_document_has_every_setting_that_works_and_no_other()
    {
        MarkdownBlock block = Assert.Single(MarkdownBlock.All(), block => block.Page == Page);
        DocumentNode mesh = JsonNodes.Read(block.Text, Page).Find("Mesh")!;

        // What does not work yet is a fault, as is a key that there is not.
        DocumentResult<MeshSettings> read = MeshDocuments.ReadSettings(mesh);
        Assert.Equal([], read.Faults);
        Assert.Equal([], read.Warnings);

        // A section that stands in several places is the same part of the table: shown once, it is shown.
        HashSet<Setting> shown = [.. Shown(MeshSchema.Section, mesh)];
        string[] missing = [.. Supported(MeshSchema.Section, "Mesh").Where(row => !shown.Contains(row.Setting)).Select(row => row.Path)];
        Assert.True(missing.Length == 0, $"{Page} does not show, at {block.Place} and below:\n{string.Join('\n', missing)}");
    }

    private static IEnumerable<(string Path, Setting Setting)> Supported(Shape shape, string path) =>
        from setting in shape.Settings
        where setting.IsSupported
        let inner = $"{path}:{setting.Name}"
        from row in Supported(setting.Shape, inner + setting.Shape.Step).Prepend((inner, setting))
        select row;

    private static IEnumerable<Setting> Shown(Shape shape, DocumentNode node) =>
        from entry in Entries(shape, node)
        from setting in shape.Settings
        let child = entry.Find(setting.Name)
        where child is not null
        from inner in Shown(setting.Shape, child).Prepend(setting)
        select inner;

    /// <summary>The objects with settings: the node itself, or what is in it where it is a list or a map.</summary>
    private static ImmutableArray<DocumentNode> Entries(Shape shape, DocumentNode node) =>
        !shape.IsCollection || (shape.Step.StartsWith('[') && !node.IsList) ? [node] : node.Children;
}
