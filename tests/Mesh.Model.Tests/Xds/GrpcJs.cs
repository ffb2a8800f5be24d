using System.Globalization;
using System.Text.RegularExpressions;
using Mesh.Model.Tests.Matching;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>
/// How gRPC for Node.js (grpc-js-xds 1.14) reads a match, which is not how others do: what <c>present_match</c> says does not count, an
/// inverted test takes a header that is missing, and <c>^</c> and <c>$</c> are put around a pattern as it stands.
/// </summary>
internal static class GrpcJs
{
    public static bool Takes(Wire.RouteMatch match, TestRequest call) =>
        HasPath(match, call.Path) && match.Headers.All(header => Passes(header, call.Headers.GetValueOrDefault(header.Name)));

    private static bool HasPath(Wire.RouteMatch match, string path)
    {
        StringComparison comparison = Comparison(match.CaseSensitive is false);
        return match switch
        {
            { HasPath: true } => path.Equals(match.Path, comparison),
            { HasPrefix: true } => path.StartsWith(match.Prefix, comparison),
            { SafeRegex.Regex: { } pattern } => Matches(pattern, path),
            _ => false,
        };
    }

    private static bool Passes(Wire.HeaderMatcher matcher, string? value) => matcher.InvertMatch != (value is not null && matcher switch
    {
        { HasPresentMatch: true } => true,
        { RangeMatch: { } range } => Regex.IsMatch(value, @"^-?\d+$")
            && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && range.Start <= number && number < range.End,
        { StringMatch.SafeRegex.Regex: { } pattern } => Matches(pattern, value),
        { StringMatch: { HasExact: true } test } => value.Equals(test.Exact, Comparison(test.IgnoreCase)),
        { StringMatch: { HasPrefix: true } test } => value.StartsWith(test.Prefix, Comparison(test.IgnoreCase)),
        { StringMatch: { HasSuffix: true } test } => value.EndsWith(test.Suffix, Comparison(test.IgnoreCase)),
        { StringMatch: { HasContains: true } test } => value.Contains(test.Contains, Comparison(test.IgnoreCase)),
        _ => false,
    });

    private static bool Matches(string pattern, string text) => Regex.IsMatch(text, $"^{pattern}$");

    private static StringComparison Comparison(bool ignoreCase) =>
        ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
}
