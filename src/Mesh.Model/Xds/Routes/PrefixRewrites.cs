using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mesh.Model.Documents;
using Case = Mesh.Model.Xds.Wire.RouteMatch.PathSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>
/// What stands for the prefix that matched. xDS replaces letters: <c>/items/1</c> under <c>/items</c> with <c>/</c> becomes <c>//1</c>,
/// where the model, as the Gateway API, knows segments and says <c>/1</c>. They agree where no slash is at an end.
/// </summary>
internal static class PrefixRewrites
{
    /// <summary>Whether xDS says the same for every one of these matches.</summary>
    public static bool Agree(string replacement, ImmutableArray<RouteMatch> matches) =>
        IsSegments(replacement) && matches.All(match => match.PathPrefix is not (null or "" or "/"));

    /// <returns>The replacement; null, with or without a fault, where it changes nothing.</returns>
    public static RouteRewrite? Decode(string replacement, Wire.RouteMatch match, XdsField at)
    {
        if (!IsPath(replacement, at))
        {
            return null;
        }

        switch (match.PathSpecifierCase)
        {
            case Case.PathSeparatedPrefix when IsSegments(replacement):
                return new() { ReplacePrefixMatch = replacement };
            case Case.PathSeparatedPrefix:
                return Letters(match.PathSeparatedPrefix, replacement, match, at);
            case Case.Prefix:
                return match.Prefix == replacement ? null : Letters(match.Prefix, replacement, match, at);
            default:
                return new() { ReplaceFullPath = replacement };
        }
    }

    public static bool IsPath(string replacement, XdsField at)
    {
        Parsed<string> parsed = Texts.Path.Parse(replacement);
        if (parsed.State is not ParseState.Good)
        {
            at.Fault(Texts.Path.Complaint(replacement, parsed.Reason));
        }

        return parsed.State is ParseState.Good;
    }

    private static bool IsSegments(string replacement) => replacement.StartsWith('/') && !replacement.EndsWith('/');

    private static RouteRewrite? Letters(string prefix, string replacement, Wire.RouteMatch match, XdsField at)
    {
        string pattern = (match.CaseSensitive is false ? @"\A(?i)" : @"\A") + Regex.Escape(prefix);
        return XdsPatterns.Decode(Patterns.Anywhere, pattern, at) is { } regex
            ? new() { Regex = new() { Pattern = regex, Substitution = replacement.Replace("$", "$$", StringComparison.Ordinal) } }
            : null;
    }
}
