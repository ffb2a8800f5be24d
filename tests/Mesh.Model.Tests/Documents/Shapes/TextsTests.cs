using System.Text.RegularExpressions;
using CsCheck;
using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed partial class TextsTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/items/")]
    [InlineData("//items")]
    [InlineData("/caf%C3%A9")]
    [InlineData("/a%2Fb")]
    [InlineData("/items/*")]
    [InlineData("/a;v=1/b,c/(d)/@e/~f/!g/$h/&i/'j/+k/:l/=m/[n]")]
    public void A_path_is_one_that_a_request_can_have(string text) => Assert.Equal(text, Texts.Path.Parse(text).Value);

    [Theory]
    [InlineData("", null)]
    [InlineData("items", null)]
    [InlineData("*", null)]
    [InlineData("http://h/items", null)]
    [InlineData("/items/{id}", "In a URI its path is '/items/%7Bid%7D'. What varies is for PathRegex.")]
    [InlineData("/café", "In a URI its path is '/caf%C3%A9'.")]
    [InlineData("/caf%c3%a9", "In a URI its path is '/caf%C3%A9'.")]
    [InlineData("/a|b", "In a URI its path is '/a%7Cb'.")]
    [InlineData("/a b", "In a URI its path is '/a%20b'.")]
    [InlineData("/a ", "In a URI its path is '/a'.")]
    [InlineData("/%61", "In a URI its path is '/a'.")]
    [InlineData("/100%", "In a URI its path is '/100%25'.")]
    [InlineData("/100%/%62", "In a URI its path is '/100%25/b'.")]
    [InlineData("/a/../b", "In a URI its path is '/b'.")]
    [InlineData("/a/.", "In a URI its path is '/a/'.")]
    [InlineData("/a\\b", "In a URI its path is '/a/b'.")]
    [InlineData("/items?q=1", "In a URI its path is '/items'.")]
    [InlineData("/items#top", "In a URI its path is '/items'.")]
    public void A_path_that_no_request_can_have_is_refused_with_what_a_URI_makes_of_it(string text, string? reason)
    {
        Parsed<string> parsed = Texts.Path.Parse(text);

        Assert.Equal((ParseState.Bad, reason), (parsed.State, parsed.Reason));
    }

    /// <summary>A stray per cent sign makes a URI keep escapes beside it that it undoes otherwise, so there is none.</summary>
    [Fact]
    public void What_a_URI_makes_of_a_path_is_a_path() =>
        Gen.String.Select(text => new Uri("http://host/" + StrayPercent().Replace(text, "%25")).AbsolutePath)
            .Sample(path => Texts.Path.Parse(path) == path);

    [Fact]
    public void What_a_path_is_told_to_be_is_a_path() =>
        Gen.Char["/%a62"].Array[0, 12].Select(letters => new Uri("http://host/" + new string(letters)).AbsolutePath).Sample(
            path =>
            {
                Parsed<string> parsed = Texts.Path.Parse(path);
                Assert.True(parsed.State is ParseState.Good || Texts.Path.Parse(parsed.Reason!.Split('\'')[1]).State is ParseState.Good);
            },
            iter: 10_000);

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex StrayPercent();
}
