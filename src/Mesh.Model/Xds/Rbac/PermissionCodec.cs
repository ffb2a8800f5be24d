using System.Collections.Immutable;
using System.Globalization;
using Mesh.Model.Authorization;

namespace Mesh.Model.Xds;

/// <summary>What a call asks for. What the wire has no word for, or gRPC's servers do not see, is told of.</summary>
internal static class PermissionCodec
{
    /// <summary>What is asked of that has no word.</summary>
    public static IEnumerable<string> Unsaid(AuthorizationOperation operation)
    {
        if (!operation.Routes.IsEmpty)
        {
            yield return "routes";
        }

        if (!operation.NotRoutes.IsEmpty)
        {
            yield return "notRoutes";
        }
    }

    /// <summary>All but that.</summary>
    public static Wire.Permission Encode(AuthorizationOperation operation, bool isWide) => All(
    [
        .. Both(operation.Methods, operation.NotMethods, isWide, (words, wide) => Any(words.Select(word => Header(":method", Word.Of(word), wide)))),
        .. Both(operation.Paths, operation.NotPaths, isWide, (words, wide) => Any(words.SelectMany(word => Paths(Word.Of(word), wide)))),
        .. Both(operation.Hosts, operation.NotHosts, isWide, (words, _) => Any(words.SelectMany(Hosts))),
        .. Both(operation.Ports, operation.NotPorts, isWide, (ports, _) => Any(ports.Select(port => new Wire.Permission { DestinationPort = (uint)port }))),
        .. Both(operation.Grpc, operation.NotGrpc, isWide, (methods, wide) => Any(methods.SelectMany(method => Paths(Word.Of(GrpcPaths.WordOf(method)), wide)))),
    ]);

    /// <summary>Null where the condition is none of what is asked for.</summary>
    public static IEnumerable<Wire.Permission>? Encode(AuthorizationCondition condition, bool isWide) => condition.Key switch
    {
        AuthorizationKey.RequestHeader => Both(condition.Values, condition.NotValues, isWide, (words, wide) =>
            Any(words.SelectMany(word =>
                wide ? Parts(condition.Header!.ToLowerInvariant(), Word.Of(word)) : [Whole(condition.Header!.ToLowerInvariant(), Word.Of(word))]))),
        AuthorizationKey.DestinationPort => Both(condition.Values, condition.NotValues, isWide, (ports, _) =>
            Any(ports.Select(port => new Wire.Permission { DestinationPort = uint.Parse(port, CultureInfo.InvariantCulture) }))),
        _ => null,
    };

    public static Wire.Permission All(IReadOnlyList<Wire.Permission> all) => all.Count switch
    {
        0 => new() { Any = true },
        1 => all[0],
        _ => new() { AndRules = new() { Rules = { all } } },
    };

    private static Wire.Permission Any(IEnumerable<Wire.Permission> any) =>
        any.ToArray() is [var single] ? single : new() { OrRules = new() { Rules = { any } } };

    private static IEnumerable<Wire.Permission> Both<T>(
        ImmutableArray<T> wanted, ImmutableArray<T> excepted, bool isWide, Func<ImmutableArray<T>, bool, Wire.Permission> encode) =>
    [
        .. wanted.IsEmpty ? (Wire.Permission[])[] : [encode(wanted, isWide)],
        .. excepted.IsEmpty ? (Wire.Permission[])[] : [new() { NotRule = encode(excepted, !isWide) }],
    ];

    /// <summary>The paths of gRPC have no slash at their end, so that one more is enough.</summary>
    private static IEnumerable<Wire.Permission> Paths(Word word, bool isWide) => word switch
    {
        { Form: WordForm.Any } => [new() { Any = true }],
        { Form: WordForm.Prefix, Text: [.., '/'] } when isWide =>
            [Path(word, true), .. Paths(word with { Form = WordForm.Exact }, isWide)],
        { Form: WordForm.Exact or WordForm.Suffix } when isWide && word.Text.TrimEnd('/') is var text =>
            [Path(word with { Text = text }, true), Path(word with { Text = $"{text}/" }, true)],
        _ => [Path(word, isWide)],
    };

    private static Wire.Permission Path(Word word, bool isWide) => new() { UrlPath = new() { Path = WordMatches.Of(word, isWide) } };

    private static IEnumerable<Wire.Permission> Hosts(string text)
    {
        Word word = Word.Of(text);
        yield return Header(":authority", word, isWide: true);
        if (!CallTexts.HasPort(text) && word.Form is WordForm.Exact)
        {
            yield return Header(":authority", new(WordForm.Prefix, $"{word.Text}:"), isWide: true);
        }
        else if (!CallTexts.HasPort(text) && word.Form is WordForm.Suffix)
        {
            yield return Containing(":authority", $"{word.Text}:");
        }
    }

    /// <summary>Lines are put together with commas, and one that is not alone may hide another.</summary>
    private static Wire.Permission Whole(string name, Word word) => word.Form is WordForm.Exact ? Header(name, word, isWide: false)
        : All([Header(name, word, isWide: false), new() { NotRule = Containing(name, ",") }]);

    /// <summary>Where there are several parts, the word somewhere in them is enough; one with a comma of its own may have been torn apart.</summary>
    private static Wire.Permission[] Parts(string name, Word word) =>
    [
        Header(name, word, isWide: true),
        word.Text.Contains(',', StringComparison.Ordinal) ? Containing(name, ",") : All([Containing(name, ","), Containing(name, word.Text)]),
    ];

    private static Wire.Permission Header(string name, Word word, bool isWide) => new()
    {
        Header = word.Form is WordForm.Any
            ? new() { Name = name, StringMatch = new() { SafeRegex = new() { Regex = ".+" } } }
            : new() { Name = name, StringMatch = WordMatches.Of(word, isWide) },
    };

    private static Wire.Permission Containing(string name, string text) =>
        new() { Header = new() { Name = name, StringMatch = new() { Contains = text, IgnoreCase = true } } };
}
