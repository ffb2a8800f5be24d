using Case = Mesh.Model.Xds.Wire.HeaderMatcher.HeaderMatchSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>
/// Tests of a header. With xDS one that is missing passes no test, inverted or not, unless it is to be taken for the empty text.
/// </summary>
internal static class HeaderMatchCodec
{
    /// <summary>Null where xDS cannot say what becomes of a request without the header.</summary>
    public static Wire.HeaderMatcher? Encode(string name, ValueMatch match)
    {
        Wire.HeaderMatcher matcher = EncodeTest(name, match);
        if (IsAboutPresence(match))
        {
            return match.PassesForNone is null ? matcher : null;
        }

        matcher.TreatMissingHeaderAsEmpty = match.MatchesNone();
        return match.MatchesNone() && !match.Matches("") ? null : matcher;
    }

    /// <summary>The test alone; whether it passes without a header is said elsewhere.</summary>
    public static Wire.HeaderMatcher EncodeTest(string name, ValueMatch match)
    {
        Wire.HeaderMatcher matcher = new() { Name = name.ToLowerInvariant(), InvertMatch = match.Invert };
        switch (match.Kind)
        {
            case ValueMatchKind.Present or ValueMatchKind.Absent:
                matcher.PresentMatch = match.Kind is ValueMatchKind.Present;
                break;
            case ValueMatchKind.Range:
                matcher.RangeMatch = new() { Start = match.Start, End = match.End };
                break;
            default:
                matcher.StringMatch = StringMatchCodec.Encode(match);
                break;
        }

        return matcher;
    }

    public static ValueMatch? Decode(Wire.HeaderMatcher matcher, XdsField at)
    {
        if (DecodeTest(matcher, at) is not { } test)
        {
            return null;
        }

        ValueMatch match = test with { Invert = matcher.InvertMatch };
        return IsAboutPresence(match) ? match : PassForNone(match, matcher.TreatMissingHeaderAsEmpty && match.Matches(""));
    }

    /// <summary>The match with that answer where there is no value; it is left unsaid where it goes without saying.</summary>
    public static ValueMatch PassForNone(ValueMatch match, bool passes)
    {
        ValueMatch usual = match with { PassesForNone = null };
        return usual.MatchesNone() == passes ? usual : match with { PassesForNone = passes };
    }

    private static ValueMatch? DecodeTest(Wire.HeaderMatcher matcher, XdsField at) => matcher.HeaderMatchSpecifierCase switch
    {
        Case.None => new() { Kind = ValueMatchKind.Present },
        Case.PresentMatch => new() { Kind = matcher.PresentMatch ? ValueMatchKind.Present : ValueMatchKind.Absent },
        Case.ExactMatch => new() { Kind = ValueMatchKind.Exact, Text = matcher.ExactMatch },
        Case.PrefixMatch => new() { Kind = ValueMatchKind.Prefix, Text = matcher.PrefixMatch },
        Case.SuffixMatch => new() { Kind = ValueMatchKind.Suffix, Text = matcher.SuffixMatch },
        Case.ContainsMatch => new() { Kind = ValueMatchKind.Contains, Text = matcher.ContainsMatch },
        Case.SafeRegexMatch => StringMatchCodec.Decode(matcher.SafeRegexMatch, at["safe_regex_match"]),
        Case.RangeMatch => new() { Kind = ValueMatchKind.Range, Start = matcher.RangeMatch.Start, End = matcher.RangeMatch.End },
        _ => StringMatchCodec.Decode(matcher.StringMatch, at["string_match"]),
    };

    private static bool IsAboutPresence(ValueMatch match) => match.Kind is ValueMatchKind.Present or ValueMatchKind.Absent;
}
