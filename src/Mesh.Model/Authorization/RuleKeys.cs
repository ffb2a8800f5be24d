using System.Net;
using Mesh.Model.Documents;

namespace Mesh.Model.Authorization;

/// <summary>Chooses under what a rule is found: what tells the most rules apart comes first, and all its alternatives must have it.</summary>
internal static class RuleKeys
{
    /// <summary>Empty: it has to be tried with every call.</summary>
    public static IReadOnlyList<RuleKey> Of(AuthorizationRule rule, bool isWide)
    {
        IEnumerable<IReadOnlyList<RuleKey>> choices =
        [
            Each(rule.To, to => to.Paths.IsEmpty ? Texts(CallText.Path, [.. to.Grpc.Select(GrpcPaths.WordOf)], isWide) : Texts(CallText.Path, to.Paths, isWide)),
            Each(rule.To, to => Texts(CallText.Route, to.Routes, isWide)),
            Each(rule.From, from => Texts(CallText.Principal, from.Principals, isWide)),
            Condition(rule, AuthorizationKey.SourcePrincipal, values => Texts(CallText.Principal, values, isWide)),
            Each(rule.From, from => Blocks(from.IpBlocks)),
            Condition(rule, AuthorizationKey.SourceIp, values => Blocks(values.Select(IpBlocks.Of))),
            Each(rule.From, from => Texts(CallText.Namespace, from.Namespaces, isWide)),
            Each(rule.To, to => Texts(CallText.Host, to.Hosts, isWide)),
            Each(rule.To, to => Texts(CallText.Method, to.Methods, isWide)),
        ];
        return choices.FirstOrDefault(keys => keys.Count > 0, []);
    }

    private static IReadOnlyList<RuleKey> Each<T>(IEnumerable<T> alternatives, Func<T, IReadOnlyList<RuleKey>> keys)
    {
        IReadOnlyList<RuleKey>[] all = [.. alternatives.Select(keys)];
        return all.All(one => one.Count > 0) ? [.. all.SelectMany(one => one)] : [];
    }

    private static IReadOnlyList<RuleKey> Condition(
        AuthorizationRule rule, AuthorizationKey key, Func<IEnumerable<string>, IReadOnlyList<RuleKey>> keys) =>
        rule.When.Where(condition => condition.Key == key).Select(condition => keys(condition.Values)).FirstOrDefault(some => some.Count > 0, []);

    /// <summary>Empty, too, where a word takes nearly everything.</summary>
    private static IReadOnlyList<RuleKey> Texts(CallText text, IEnumerable<string> words, bool isWide) =>
        words.Contains("*") ? [] : [.. Words.Of(text, words, isWide).Select(word => new RuleKey(word.Text, word.Word))];

    private static IReadOnlyList<RuleKey> Blocks(IEnumerable<IPNetwork> blocks) =>
        [.. blocks.Select(block => new RuleKey(default, default, block))];
}
