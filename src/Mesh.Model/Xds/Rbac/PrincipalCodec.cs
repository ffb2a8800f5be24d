using System.Collections.Immutable;
using System.Net;
using Mesh.Model.Authorization;
using Mesh.Model.Documents;

namespace Mesh.Model.Xds;

/// <summary>
/// Who calls. Servers take one who has proven nothing for nobody, where we take it for somebody unknown: that is said beside each name, so that such a
/// caller is denied by all of them and allowed by none.
/// </summary>
internal static class PrincipalCodec
{
    private const string Scheme = "spiffe://";

    public static Wire.Principal Encode(AuthorizationSource source, bool isWide) => All(
    [
        .. Both(source.Principals, source.NotPrincipals, isWide, Principals),
        .. Both(source.Namespaces, source.NotNamespaces, isWide, Namespaces),
        .. Both(source.TrustDomains, source.NotTrustDomains, isWide, TrustDomains),
        .. Both(source.IpBlocks, source.NotIpBlocks, isWide, (blocks, _) => Any(blocks.Select(Block))),
    ]);

    /// <summary>Null where the condition is none of the caller.</summary>
    public static IEnumerable<Wire.Principal>? Encode(AuthorizationCondition condition, bool isWide)
    {
        Func<ImmutableArray<string>, bool, Wire.Principal>? encode = condition.Key switch
        {
            AuthorizationKey.SourcePrincipal => Principals,
            AuthorizationKey.SourceNamespace => Namespaces,
            AuthorizationKey.SourceTrustDomain => TrustDomains,
            AuthorizationKey.SourceIp => (blocks, _) => Any(blocks.Select(block => Block(IpBlocks.Of(block)))),
            _ => null,
        };
        return encode is null ? null : Both(condition.Values, condition.NotValues, isWide, encode);
    }

    public static Wire.Principal All(IReadOnlyList<Wire.Principal> all) => all.Count switch
    {
        0 => new() { Any = true },
        1 => all[0],
        _ => new() { AndIds = new() { Ids = { all } } },
    };

    private static Wire.Principal Any(IEnumerable<Wire.Principal> any) =>
        any.ToArray() is [var single] ? single : new() { OrIds = new() { Ids = { any } } };

    private static IEnumerable<Wire.Principal> Both<T>(
        ImmutableArray<T> wanted, ImmutableArray<T> excepted, bool isWide, Func<ImmutableArray<T>, bool, Wire.Principal> encode) =>
    [
        .. wanted.IsEmpty ? (Wire.Principal[])[] : [encode(wanted, isWide)],
        .. excepted.IsEmpty ? (Wire.Principal[])[] : [new() { NotId = encode(excepted, !isWide) }],
    ];

    private static Wire.Principal Principals(ImmutableArray<string> words, bool isWide) =>
        Names(words, isWide, word => WordMatches.Of(word, isWide, before: Scheme));

    /// <summary>No part of an identity has a slash in it, so that what stands between them tells which part it is.</summary>
    private static Wire.Principal Namespaces(ImmutableArray<string> words, bool isWide) => Names(words, isWide, word => new()
    {
        Contains = (word.Form is WordForm.Suffix ? "" : "/ns/") + word.Text + (word.Form is WordForm.Prefix ? "" : "/sa/"), IgnoreCase = isWide,
    });

    private static Wire.Principal TrustDomains(ImmutableArray<string> words, bool isWide) => Names(words, isWide, word => word.Form is WordForm.Suffix
        ? new() { Contains = $"{word.Text}/ns/", IgnoreCase = isWide }
        : new() { Prefix = Scheme + word.Text + (word.Form is WordForm.Exact ? "/" : ""), IgnoreCase = isWide });

    private static Wire.Principal Names(ImmutableArray<string> words, bool isWide, Func<Word, Wire.StringMatcher> match) => Any(
    [
        .. words.Select(Word.Of).Select(word => new Wire.Principal
        {
            Authenticated = word.Form is WordForm.Any ? new() : new() { PrincipalName = match(word) },
        }),
        .. isWide ? (Wire.Principal[])[new() { NotId = new() { Authenticated = new() } }] : [],
    ]);

    private static Wire.Principal Block(IPNetwork block) =>
        new() { DirectRemoteIp = new() { AddressPrefix = block.BaseAddress.ToString(), PrefixLen = (uint)block.PrefixLength } };
}
