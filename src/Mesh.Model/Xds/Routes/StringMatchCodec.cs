using System.Text.RegularExpressions;
using Mesh.Model.Documents;
using Case = Mesh.Model.Xds.Wire.StringMatcher.MatchPatternOneofCase;

namespace Mesh.Model.Xds;

/// <summary>Tests of a text.</summary>
internal static class StringMatchCodec
{
    public static Wire.StringMatcher Encode(ValueMatch match)
    {
        Wire.StringMatcher matcher = new() { IgnoreCase = match.IgnoreCase };
        switch (match.Kind)
        {
            case ValueMatchKind.Exact:
                matcher.Exact = match.Text;
                break;
            case ValueMatchKind.Prefix:
                matcher.Prefix = match.Text;
                break;
            case ValueMatchKind.Suffix:
                matcher.Suffix = match.Text;
                break;
            case ValueMatchKind.Contains:
                matcher.Contains = match.Text;
                break;
            case ValueMatchKind.Regex:
                // ignore_case is not for patterns.
                matcher.SafeRegex = XdsPatterns.Encode(match.Regex!, match.IgnoreCase);
                matcher.IgnoreCase = false;
                break;
            default:
                throw new InvalidOperationException($"'{match.Kind}' is no test of a text.");
        }

        return matcher;
    }

    public static ValueMatch? Decode(Wire.StringMatcher matcher, XdsField at)
    {
        switch (matcher.MatchPatternCase)
        {
            case Case.Exact:
                return Of(ValueMatchKind.Exact, matcher.Exact);
            case Case.Prefix:
                return Of(ValueMatchKind.Prefix, matcher.Prefix);
            case Case.Suffix:
                return Of(ValueMatchKind.Suffix, matcher.Suffix);
            case Case.Contains:
                return Of(ValueMatchKind.Contains, matcher.Contains);
            case Case.SafeRegex:
                return Decode(matcher.SafeRegex, at["safe_regex"]);
            default:
                at.Fault("This has none of exact, prefix, suffix, contains, safe_regex.");
                return null;
        }

        ValueMatch Of(ValueMatchKind kind, string text) => new() { Kind = kind, Text = text, IgnoreCase = matcher.IgnoreCase };
    }

    public static ValueMatch? Decode(Wire.RegexMatcher matcher, XdsField at)
    {
        (string text, bool ignoreCase) = XdsPatterns.SplitCase(matcher.Regex);
        Regex? regex = XdsPatterns.Decode(ignoreCase ? Patterns.WholeInAnyCase : Patterns.Whole, text, at);
        return regex is null ? null : new() { Kind = ValueMatchKind.Regex, Regex = regex, IgnoreCase = ignoreCase };
    }
}
