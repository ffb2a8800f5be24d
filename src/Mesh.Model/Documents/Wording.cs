using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mesh.Model.Documents;

/// <summary>How faults are worded.</summary>
internal static class Wording
{
    private const int LongestQuote = 100;

    /// <summary>The text in quotes, cut when long, and without the user and password of an address.</summary>
    public static string Quote(string text) => $"'{Cut(WithoutUser(text), LongestQuote)}'";

    /// <summary>The text, or its beginning when it is longer.</summary>
    private static string Cut(string text, int longest) => text.Length <= longest ? text : $"{text[..longest]}…";

    /// <summary>The text on one line, with nothing in it that moves or hides what stands beside it.</summary>
    public static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool hidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            printable.Append(hidden ? $"\\u{rune.Value:x4}" : rune.ToString());
        }

        return printable.ToString();
    }

    /// <summary>The same, cut when it is longer than so many characters.</summary>
    public static string Printable(string text, int longest) => Cut(Printable(Cut(text, longest)), longest);

    /// <summary>Why a text is not JSON, without the place, which .NET counts from 0.</summary>
    public static string Of(JsonException exception) => exception.Message.Split(" LineNumber: ")[0].Split(" Path: ")[0];

    private static string WithoutUser(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int user = scheme < 0 ? 0 : scheme + 3;
        int at = text.LastIndexOf('@');
        return at > user && text[..at].Contains(':') ? $"{text[..user]}…{text[at..]}" : text;
    }

    public static string Names(IEnumerable<string> names) => string.Join(", ", names);

    /// <summary>What was found where something else was expected.</summary>
    public static string Found(DocumentNode node) => node switch
    {
        { Children.IsEmpty: false, IsList: true } => "a list",
        { Children.IsEmpty: false } => "an object",
        { Value: { } text } => Quote(text),
        _ => "nothing",
    };
}
