using System.Text.RegularExpressions;

namespace Mesh.Model.Documents;

/// <summary>
/// Settings that are regular expressions. The engine without backtracking takes time linear in the input, whatever the pattern.
/// </summary>
internal static partial class Patterns
{
    private const int Longest = 4096;
    private const int MostCopies = 64;
    private const string FrameStart = @"\A(?:";
    private const string FrameEnd = @")\z";
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Matches the whole text.</summary>
    public static Scalar<Regex> Whole { get; } = Of(FrameStart, FrameEnd, Linear);

    public static Scalar<Regex> WholeInAnyCase { get; } = Of(FrameStart, FrameEnd, Linear | RegexOptions.IgnoreCase);

    /// <summary>Matches any part of the text.</summary>
    public static Scalar<Regex> Anywhere { get; } = Of("", "", Linear);

    /// <summary>The pattern as it was written.</summary>
    public static string Unframed(Regex regex)
    {
        string pattern = regex.ToString();
        return pattern.StartsWith(FrameStart, StringComparison.Ordinal) && pattern.EndsWith(FrameEnd, StringComparison.Ordinal)
            ? pattern[FrameStart.Length..^FrameEnd.Length]
            : pattern;
    }

    private static Scalar<Regex> Of(string start, string end, RegexOptions options) => new(
        $"a regular expression of at most {Longest} characters, without lookaround and backreferences",
        text => Parse(text, start, end, options),
        _ => null);

    private static Parsed<Regex> Parse(string text, string start, string end, RegexOptions options)
    {
        if (text.Length > Longest)
        {
            return Parsed.Bad<Regex>();
        }

        try
        {
            // First alone, by the engine that is made in no time: the frame must not complete what is only half a pattern, such as "a)|(b".
            _ = new Regex(text, RegexOptions.CultureInvariant);
            if (OptionX().IsMatch(text))
            {
                // A comment would reach into the frame, and a space would hide from the count of copies what it repeats.
                return Parsed.Bad<Regex>("The inline option x is not supported: white space means itself.");
            }

            var regex = new Regex(start + text + end, options);
            return Repetitions.MostCopies(text) is > MostCopies and long copies
                ? Parsed.Bad<Regex>($"Its repetitions inside repetitions make {copies} copies, and {MostCopies} are the most.")
                : regex;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Parsed.Bad<Regex>(e.Message);
        }
    }

    /// <summary>
    /// Not behind a backslash that counts. Inside a set it is refused as well: to be sure where sets end takes the whole parser.
    /// </summary>
    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\(\?[imns+-]*x[imnsx+-]*[:)]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OptionX();
}
