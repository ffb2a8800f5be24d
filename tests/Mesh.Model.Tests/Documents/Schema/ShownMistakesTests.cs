using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>docs/getting-started.md shows mistakes, and what is said of them.</summary>
public sealed class ShownMistakesTests
{
    private const string Page = "docs/getting-started.md";

    [Theory]
    [InlineData("\"Attempts\": 2", "\"Attemps\": 2")]
    [InlineData("\"Timeout\": \"2s\"", "\"Timeout\": \"2\"")]
    public void The_page_has_the_mistake_and_the_words_for_it(string right, string wrong)
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, Page));
        MarkdownBlock routes = MarkdownBlock.All().Last(block => block.Page == Page && block.IsJson);
        Assert.Contains(right, routes.Text, StringComparison.Ordinal);
        DocumentNode document = JsonNodes.Read($"{{{routes.Text.Replace(right, wrong)}}}", Page);

        DocumentFault fault = Assert.Single(MeshDocuments.ReadSettings(document.Find("Mesh")!).Faults);

        Assert.Contains($"`{wrong}`", page, StringComparison.Ordinal);
        Assert.Contains($"{fault.Path[(Page.Length + 1)..]}: {fault.Message}", page, StringComparison.Ordinal);
    }
}
