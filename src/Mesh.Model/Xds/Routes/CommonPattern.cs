using System.Globalization;
using System.Text.RegularExpressions;

namespace Mesh.Model.Xds;

/// <summary>
/// Whether a pattern means the same to .NET, to RE2 and to JavaScript: letters, sets, groups, alternatives and repetitions in their
/// plainest form. A client that fails on a pattern may take its whole process down, so what is in doubt is not one of these.
/// </summary>
internal static partial class CommonPattern
{
    private const int DeepestGroup = 20;

    public static bool IsOne(string pattern)
    {
        int depth = 0;
        bool canRepeat = false;
        for (int i = 0; i < pattern.Length;)
        {
            Match token = Token().Match(pattern, i);
            if (!token.Success)
            {
                return false;
            }

            i += token.Length;
            if (token.Groups["open"].Success)
            {
                depth++;
            }
            else if (token.Groups["close"].Success)
            {
                depth--;
            }

            if (depth is < 0 or > DeepestGroup || (token.Groups["repeat"].Success && !canRepeat) || !IsInOrder(token))
            {
                return false;
            }

            canRepeat = token.Groups["atom"].Success || token.Groups["close"].Success;
        }

        return depth == 0;
    }

    private static bool IsInOrder(Match token) =>
        token.Groups["range"].Captures.All(range => range.Value[0] <= range.Value[2])
        && (!token.Groups["most"].Success || Number(token, "least") <= Number(token, "most"));

    private static int Number(Match token, string group) =>
        int.Parse(token.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
        \G(?:
            (?<atom> [A-Za-z0-9_\x20!"#%&',/:;<=>@`~.-]
                | \\[dDwW] | \\[\^$.*+?()\[\]{}|\\/]
                | \[\^?(?:(?<range>[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9])
                    | [A-Za-z0-9_\x20!"#%',/:;<=>@`.*+?$]|\\[dDwW]|\\[\^$.*+?()\[\]{}|\\/-])+\])
            | (?<repeat> (?:[*+?]|\{(?<least>[0-9]{1,2})(?:,(?<most>[0-9]{1,2})?)?\})\??)
            | (?<open> \((?:\?:)?)
            | (?<close> \))
            | [|^$]
        )
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
