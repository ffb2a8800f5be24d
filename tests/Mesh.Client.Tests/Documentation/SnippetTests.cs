using System.Reflection;
using Mesh.ConfigServer.Documents;
using Mesh.ConfigServer.Store;
using Mesh.Model.Tests;

namespace Mesh.Client.Tests.Documentation;

/// <summary>What the documentation shows can be typed off.</summary>
public sealed class SnippetTests
{
    private static readonly string[] s_languages = ["", "csharp", "json", "jsonc", "yaml"];

    private static readonly MarkdownBlock[] s_snippets = [.. MarkdownBlock.All().Where(block => block.Language == "csharp")];

    public static TheoryData<string> Places { get; } = [.. s_snippets.Select(block => block.Place)];

    public static TheoryData<string> PlacesOfTests { get; } = [.. s_snippets.Where(block => block.Text.Contains("[Fact]", StringComparison.Ordinal)).Select(block => block.Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void It_compiles(string place)
    {
        string complaints = string.Join(Environment.NewLine, SnippetCompiler.Complaints(At(place)));
        Assert.True(complaints.Length == 0, complaints);
    }

    [Theory]
    [MemberData(nameof(PlacesOfTests))]
    public async Task A_test_that_is_shown_passes(string place)
    {
        MethodInfo[] facts =
        [
            .. SnippetCompiler.Load(At(place)).GetExportedTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(FactAttribute))),
        ];

        Assert.NotEmpty(facts);
        foreach (MethodInfo fact in facts)
        {
            await (Task)fact.Invoke(Activator.CreateInstance(fact.DeclaringType!), [])!;
        }
    }

    [Fact]
    public void No_block_is_in_a_language_that_is_not_looked_at() =>
        Assert.All(MarkdownBlock.All(), block => Assert.True(s_languages.Contains(block.Language), $"{block.Place}: '{block.Language}'"));

    [Fact]
    public void Documents_of_a_config_server_have_no_faults() => Assert.All(
        MarkdownBlock.All().Where(block => block.Language == "yaml"),
        block => Assert.Empty(DocumentCheck.Check(DocumentReader.Read(block.Text, DocumentFormat.Yaml, block.Place)).Warnings));

    [Fact]
    public void A_fault_is_told_with_its_page_and_line() => Assert.StartsWith(
        "docs/page.md:8: CS1061",
        Assert.Single(SnippetCompiler.Complaints(new("docs/page.md", 7, "csharp", "using Mesh.Client;\nbuilder.AddServiceMash();\n_ = MeshRequestOptions.Retry;"))));

    private static MarkdownBlock At(string place) => s_snippets.Single(block => block.Place == place);
}
