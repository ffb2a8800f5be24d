using Case = Mesh.Model.Xds.Wire.QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>Tests of a query parameter.</summary>
internal static class QueryMatchCodec
{
    /// <summary>Null where xDS cannot say it.</summary>
    public static Wire.QueryParameterMatcher? Encode(string name, ValueMatch match) => match switch
    {
        { Invert: true } or { PassesForNone: not null } or { Kind: ValueMatchKind.Range } => null,
        { Kind: ValueMatchKind.Present } => new() { Name = name, PresentMatch = true },
        { Kind: ValueMatchKind.Absent } => new() { Name = name, PresentMatch = false },
        _ => new() { Name = name, StringMatch = StringMatchCodec.Encode(match) },
    };

    public static ValueMatch? Decode(Wire.QueryParameterMatcher matcher, XdsField at) => matcher.QueryParameterMatchSpecifierCase switch
    {
        Case.StringMatch => StringMatchCodec.Decode(matcher.StringMatch, at["string_match"]),
        Case.PresentMatch when !matcher.PresentMatch => new() { Kind = ValueMatchKind.Absent },
        _ => new() { Kind = ValueMatchKind.Present },
    };
}
