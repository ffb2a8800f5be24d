using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mesh.Model.Xds;

/// <summary>What takes the place of a match: <c>\1</c> with RE2, <c>$1</c> with .NET.</summary>
internal static partial class Substitutions
{
    /// <summary>Null where RE2 has no words for it.</summary>
    public static string? ToRe2(string substitution, Regex pattern)
    {
        bool canBeSaid = true;
        string text = DotNetToken().Replace(substitution, token =>
        {
            switch (token.Value)
            {
                case @"\":
                    return @"\\";
                case "$$":
                    return "$";
                case "$&":
                    return @"\0";
                case "$`" or "$'" or "$+" or "$_":
                    canBeSaid = false;
                    return "";
                default:
                    string name = token.Groups["name"].Value;
                    int group = pattern.GroupNumberFromName(name);
                    canBeSaid &= group <= 9;
                    return group < 0 ? token.Value : string.Create(CultureInfo.InvariantCulture, $@"\{group}");
            }
        });
        return canBeSaid ? text : null;
    }

    /// <summary>Null, with a fault, where it is none of RE2's.</summary>
    public static string? FromRe2(string substitution, Regex pattern, XdsField at)
    {
        StringBuilder text = new();
        for (int i = 0; i < substitution.Length; i++)
        {
            char letter = substitution[i];
            if (letter != '\\')
            {
                text.Append(letter == '$' ? "$$" : letter);
                continue;
            }

            char escaped = ++i < substitution.Length ? substitution[i] : '\0';
            if (escaped == '\\')
            {
                text.Append('\\');
            }
            else if (char.IsAsciiDigit(escaped) && pattern.GetGroupNumbers().Contains(escaped - '0'))
            {
                // A digit that follows must not become part of the number.
                bool runsOn = i + 1 < substitution.Length && char.IsAsciiDigit(substitution[i + 1]);
                text.Append(runsOn ? $"${{{escaped}}}" : $"${escaped}");
            }
            else
            {
                at.Fault(@"After a backslash comes another one, or the number of a group that the pattern has.");
                return null;
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\\|\$\$|\$[&`'+_]|\$(?<name>[0-9]+)|\$\{(?<name>\w+)\}")]
    private static partial Regex DotNetToken();
}
