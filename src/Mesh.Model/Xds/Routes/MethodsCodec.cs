using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>HTTP methods, which xDS has as a header: one by its text, several as alternatives.</summary>
internal static partial class MethodsCodec
{
    public const string Header = ":method";

    public static Wire.HeaderMatcher Encode(ImmutableArray<string> methods) => new()
    {
        Name = Header,
        StringMatch = methods is [var method]
            ? new() { Exact = method }
            : new() { SafeRegex = new() { Regex = string.Join('|', methods.Select(Regex.Escape)) } },
    };

    /// <summary>Empty, with a fault, where it is neither.</summary>
    public static ImmutableArray<string> Decode(Wire.HeaderMatcher matcher, XdsField at)
    {
        ImmutableArray<string> methods = matcher switch
        {
            { InvertMatch: true } => [],
            { HasExactMatch: true } => [matcher.ExactMatch],
            { StringMatch: { HasExact: true, IgnoreCase: false } text } => [text.Exact],
            { StringMatch.SafeRegex.Regex: { } pattern } => Split(pattern),
            { SafeRegexMatch.Regex: { } pattern } => Split(pattern),
            _ => [],
        };
        if (methods.IsEmpty || methods.Any(method => Texts.Method.Parse(method).State is not ParseState.Good))
        {
            at.Fault("Of the method only its exact text is supported, or alternatives such as GET|POST.");
            return [];
        }

        return [.. methods.Select(method => Texts.Method.Parse(method).Value).Distinct()];
    }

    private static ImmutableArray<string> Split(string pattern) =>
        [.. Alternatives().Match(pattern).Groups["method"].Captures.Select(method => Escape().Replace(method.Value, "$1"))];

    [GeneratedRegex(@"\A(?:(?<method>(?:[A-Za-z0-9_!%&'`~-]|\\[^A-Za-z0-9])+)(?:\||\z))+\z")]
    private static partial Regex Alternatives();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
