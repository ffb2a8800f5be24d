using System.Net;
using static Mesh.Model.Xds.Wire.StringMatcher;
using static Mesh.Model.Xds.Wire.SubjectAltNameMatcher.Types;

namespace Mesh.Model.Xds;

/// <summary>A name that may be in a server's certificate: a host, an address, or a URI. Its form tells which.</summary>
internal static class SubjectAltNameCodec
{
    public static Wire.SubjectAltNameMatcher Encode(string name) => new() { SanType = TypeOf(name), Matcher = new() { Exact = name } };

    public static string Decode(Wire.SubjectAltNameMatcher name, XdsField at)
    {
        string text = Decode(name.Matcher ?? new(), at["matcher"]);
        if (text.Length > 0 && name.SanType != TypeOf(text))
        {
            at["san_type"].Fault($"'{text}' stands for one of type {TypeOf(text)}, not {name.SanType}.");
        }

        return text;
    }

    /// <summary>Of the older form, which leaves open what kind of name it is.</summary>
    public static string Decode(Wire.StringMatcher matcher, XdsField at)
    {
        if (matcher is { MatchPatternCase: MatchPatternOneofCase.Exact, Exact: { Length: > 0 } text }
            && (!matcher.IgnoreCase || TypeOf(text) is SanType.Dns))
        {
            return text;
        }

        at.Fault("Names in certificates are compared as a whole, and hosts alone without regard to case: give exact.");
        return "";
    }

    private static SanType TypeOf(string name) =>
        name.Contains("://", StringComparison.Ordinal) ? SanType.Uri
        : IPAddress.TryParse(name, out _) ? SanType.IpAddress
        : SanType.Dns;
}
