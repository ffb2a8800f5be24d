using System.Text.RegularExpressions;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>Nobody is sent to a setting that does not work, or that there is not.</summary>
public sealed partial class NamedSettingsTests
{
    private static readonly string[] s_paths = [.. Paths(MeshSchema.Section, "Mesh")];

    /// <summary>All pages but the one that has the settings of others too, and the table itself.</summary>
    public static TheoryData<string> Pages { get; } =
        [.. MarkdownBlock.Pages.Select(page => Path.GetRelativePath(Repository.Root, page)).Where(page => !page.EndsWith("coming-from.md") && !page.EndsWith("settings.md"))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Settings_that_are_named_by_their_section_are_in_the_table(string page) => Assert.All(
        Name().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))),
        match => Assert.Contains(s_paths, path => path == match.Groups[1].Value || path.EndsWith($":{match.Groups[1].Value}")));

    private static IEnumerable<string> Paths(Shape shape, string path) => shape.Settings.Where(setting => setting.IsSupported)
        .SelectMany(setting => Paths(setting.Shape, $"{path}:{setting.Name}").Prepend($"{path}:{setting.Name}"));

    /// <summary>Two names or more, such as <c>Retry:Attempts</c>.</summary>
    [GeneratedRegex("`([A-Z][A-Za-z]*(?::[A-Z][A-Za-z]*)+)`")]
    private static partial Regex Name();
}
