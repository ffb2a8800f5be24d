namespace Mesh.Model.Tests;

/// <summary>A block of code on a page of the documentation.</summary>
/// <param name="Page">The page's file, from the repository's root.</param>
/// <param name="Line">Where the text begins.</param>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Text">The block without its fences.</param>
internal sealed record MarkdownBlock(string Page, int Line, string Language, string Text)
{
    private const string Fence = "```";

    /// <summary>README.md and all pages of docs.</summary>
    public static IEnumerable<string> Pages { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal).Prepend(Path.Combine(Repository.Root, "README.md"))];

    public string Place => $"{Page}:{Line}";

    public bool IsJson => Language is "json" or "jsonc";

    public static IEnumerable<MarkdownBlock> All() => Pages.SelectMany(Of);

    private static IEnumerable<MarkdownBlock> Of(string path)
    {
        string page = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
        string[] lines = File.ReadAllLines(path);
        for (int start = 0; start < lines.Length; start++)
        {
            // A block may stand in a list: what counts is that no block is overlooked.
            if (lines[start].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                int end = Array.FindIndex(lines, start + 1, line => line.Trim() == Fence);
                Assert.True(end > start, $"{page}:{start + 1}: this block has no end.");
                yield return new(page, start + 2, lines[start].Trim()[Fence.Length..].Trim(), string.Join('\n', lines[(start + 1)..end]));
                start = end;
            }
        }
    }
}
