using System.Text.RegularExpressions;
using Mesh.Model.Tests;

namespace Mesh.Client.Tests.Documentation;

public sealed partial class LinkTests
{
    /// <summary>The page, where a link leads to within the repository, and the heading there.</summary>
    public static TheoryData<string, string, string> Links { get; } =
    [
        .. from page in MarkdownBlock.Pages
           from match in Link().Matches(File.ReadAllText(page))
           select (Path.GetRelativePath(Repository.Root, page), match.Groups["file"].Value, match.Groups["heading"].Value),
    ];

    [Theory]
    [MemberData(nameof(Links))]
    public void A_link_leads_to_a_file_and_its_heading(string page, string file, string heading)
    {
        string here = Path.Combine(Repository.Root, page);
        string target = file.Length == 0 ? here : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, file));

        Assert.True(File.Exists(target), $"{page}: there is no {file}.");
        Assert.True(heading.Length == 0 || Headings(target).Contains(heading), $"{page}: {file} has no heading #{heading}.");
    }

    private static IEnumerable<string> Headings(string page) => Heading().Matches(File.ReadAllText(page))
        .Select(match => NoLetters().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#]*)(?:#(?<heading>[^)]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    // As GitHub makes a heading's anchor.
    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetters();
}
