using System.Text;

namespace Mesh.Model.Documents;

/// <summary>How faults are worded.</summary>
internal static class Wording
{
    private const int LongestQuote = 100;

    /// <summary>The text in quotes, cut when long.</summary>
    public static string Quote(string text) =>
        text.Length <= LongestQuote ? $"'{Printable(text)}'" : $"'{Printable(text[..LongestQuote])}…'";

    /// <summary>The text on one line: a fault must not be able to draw lines of its own.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var printable = new StringBuilder();
        foreach (char c in text)
        {
            printable.Append(char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString());
        }

        return printable.ToString();
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
