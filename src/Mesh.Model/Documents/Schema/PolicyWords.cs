using System.Text.RegularExpressions;
using Mesh.Model.Authorization;
using Mesh.Model.Identity;

namespace Mesh.Model.Documents;

/// <summary>The words of authorization policies: a text, <c>begin*</c>, <c>*end</c> or <c>*</c>. What no call could ever have is refused.</summary>
internal static partial class PolicyWords
{
    private const string Scheme = "spiffe://";

    public static Scalar<string> Principal { get; } = Of(
        "a principal, such as mesh-1a2b/ns/shop/sa/web or mesh-1a2b/ns/shop/*",
        text => SpiffeId.TryParse(Scheme + text, out _) ? text : Parsed.Bad<string>("It has the form {trust domain}/ns/{namespace}/sa/{service}."),
        word => IdentityPart().IsMatch(word.Text) && (word.Form is WordForm.Prefix ? word.Text[0] : word.Text[^1]) != '/',
        text => text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..] : text);

    public static Scalar<string> Namespace { get; } = Of("a namespace, such as shop or shop-*", Names.Part.Parse, word => SegmentPart().IsMatch(word.Text));

    public static Scalar<string> TrustDomain { get; } = Of(
        "a trust domain in lower case, such as mesh-1a2b or mesh-*",
        text => SpiffeId.IsTrustDomain(text) ? text : Parsed.Bad<string>(), word => SpiffeId.IsTrustDomain(word.Text));

    public static Scalar<string> Method { get; } = Of(
        "an HTTP method, such as GET or PROP*", Texts.Method.Parse, word => Texts.Method.Parse(word.Text).State is ParseState.Good, text => text.ToUpperInvariant());

    public static Scalar<string> Path { get; } = Of(
        "a path, decoded and without its query, such as /orders, /orders/* or *.json",
        ParsePath, word => (word.Form is WordForm.Suffix || word.Text.StartsWith('/')) && PathFault(word.Text) is null);

    public static Scalar<string> Host { get; } = Of(
        "a host with or without a port, such as orders, orders:8080 or *.shop",
        text => IsHost(text) ? text : Parsed.Bad<string>(), word => HostPart().IsMatch(word.Text));

    /// <summary>Compared as a text: what stands in it is no word.</summary>
    public static Scalar<string> Route { get; } = new("a route pattern as the application has it, such as /orders/{id}", Texts.Line.Parse, value => value);

    public static Scalar<string> HeaderValue { get; } = Of(
        "a text without line breaks, text* or *text", text => Texts.IsJsonBoolean(text) ? text.ToLowerInvariant() : Texts.HeaderValue.Parse(text),
        word => Texts.HeaderValue.Parse(word.Text).State is ParseState.Good, jsonTypes: Texts.HeaderValue.JsonTypes);

    public static Scalar<string> ServerName { get; } = Of(
        "a server's name, such as orders.shop or *.shop", Names.HostName.Parse, word => HostPart().IsMatch(word.Text));

    public static Scalar<string> Port { get; } = new(
        "a port from 1 to 65535", text => Addresses.ParsePort(text) is null ? Parsed.Bad<string>() : text, value => value) { JsonTypes = ["integer", "string"] };

    public static Scalar<string> Block { get; } = new(
        IpBlocks.Block.Allowed, text => IpBlocks.Block.Parse(text) is { State: ParseState.Bad } bad ? Parsed.Bad<string>(bad.Reason) : text, value => value);

    private static Scalar<string> Of(
        string allowed, Func<string, Parsed<string>> whole, Func<Word, bool> isPart, Func<string, string>? spell = null, IReadOnlyList<string>? jsonTypes = null) =>
        new(allowed, text => ParseWord((spell ?? (same => same))(text), whole, isPart), value => value) { JsonTypes = jsonTypes ?? ["string"] };

    private static Parsed<string> ParseWord(string text, Func<string, Parsed<string>> whole, Func<Word, bool> isPart) => Word.Of(text) switch
    {
        { Text: var rest } when rest.Contains('*', StringComparison.Ordinal) => Parsed.Bad<string>("A '*' stands at the beginning or at the end, and once."),
        { Form: WordForm.Exact } => whole(text),
        { Form: WordForm.Any } => text,
        var word => isPart(word) ? text : Parsed.Bad<string>(word.Form is WordForm.Prefix ? "Nothing begins so." : "Nothing ends so."),
    };

    private static Parsed<string> ParsePath(string text) =>
        PathFault(text) is { } fault ? Parsed.Bad<string>(fault)
        : !text.StartsWith('/') ? Parsed.Bad<string>("It starts with '/'.")
        : text.Split('/').Any(segment => segment is "." or "..") ? Parsed.Bad<string>("Dots are resolved before it is compared.")
        : text;

    private static string? PathFault(string text) =>
        Escape().IsMatch(text) ? "It is compared decoded: write what the escape stands for."
        : text.Contains('?', StringComparison.Ordinal) ? "Queries are not compared."
        : text.AsSpan().ContainsAny('{', '}') ? "What varies is for routes."
        : text.Any(char.IsControl) ? "It has a control character in it."
        : null;

    private static bool IsHost(string text) => text switch
    {
        _ when !CallTexts.HasPort(text) => IsHostName(text),
        _ => IsHostName(text[..text.LastIndexOf(':')]) && Addresses.ParsePort(text[(text.LastIndexOf(':') + 1)..]) is not null,
    };

    private static bool IsHostName(string text) => Names.IsDotted(text) || (text is ['[', .. var address, ']'] && Addresses.HostOf(address) is not null);

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]+\z")]
    private static partial Regex IdentityPart();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z")]
    private static partial Regex SegmentPart();

    [GeneratedRegex(@"\A[A-Za-z0-9._:\[\]-]+\z")]
    private static partial Regex HostPart();

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escape();
}
