using Mesh.Model.Tests;

namespace Mesh.Client.Tests.Documentation;

/// <summary>What the documentation shows can be typed off.</summary>
public sealed class SnippetTests
{
    private static readonly string[] s_languages = ["", "csharp", "json", "jsonc", "xml"];

    public static TheoryData<string> Places { get; } = [.. MarkdownBlock.All().Where(block => block.Language == "csharp").Select(block => block.Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void It_compiles(string place) =>
        Assert.Equal([], SnippetCompiler.Compile(MarkdownBlock.All().Single(block => block.Place == place)));

    [Fact]
    public void No_block_is_in_a_language_that_is_not_looked_at() =>
        Assert.All(MarkdownBlock.All(), block => Assert.True(s_languages.Contains(block.Language), $"{block.Place}: '{block.Language}'"));

    [Fact]
    public void A_fault_is_told_with_its_page_and_line() => Assert.StartsWith(
        "docs/page.md:8: CS1061", Assert.Single(SnippetCompiler.Compile(new("docs/page.md", 7, "csharp", "using Mesh.Client;\nbuilder.AddServiceMash();\n_ = MeshRequestOptions.Retry;"))));
}
