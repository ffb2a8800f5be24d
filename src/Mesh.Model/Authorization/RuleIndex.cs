namespace Mesh.Model.Authorization;

/// <summary>Leads from a call to the few rules that can hold for it, of those with one end.</summary>
internal sealed class RuleIndex
{
    /// <summary>What <see cref="Find"/> answers when no rule holds.</summary>
    public const int None = int.MaxValue;

    private readonly TextIndex[] _texts;
    private readonly AddressIndex? _addresses;
    private readonly RuleBucket _others;

    /// <param name="rules">In their order.</param>
    /// <param name="isWide">Whether they lead to a refusal.</param>
    public RuleIndex(IReadOnlyList<AuthorizationRule> rules, bool isWide)
    {
        var tests = rules.Select((rule, ordinal) => (Keys: RuleKeys.Of(rule, isWide), Ordinal: ordinal, Test: new RuleTest(rule, isWide))).ToArray();
        var keyed = tests.SelectMany(rule => rule.Keys, (rule, key) => (Key: key, rule.Ordinal, rule.Test)).ToArray();
        (System.Net.IPNetwork Block, int Ordinal, RuleTest Test)[] blocks =
            [.. keyed.Where(rule => rule.Key.Block is not null).Select(rule => (rule.Key.Block!.Value, rule.Ordinal, rule.Test))];
        _texts =
        [
            .. keyed.Where(rule => rule.Key.Block is null).GroupBy(rule => rule.Key.Text)
                .Select(group => new TextIndex(group.Key, isWide, [.. group.Select(rule => (rule.Key.Word, rule.Ordinal, rule.Test))])),
        ];
        _addresses = blocks.Length == 0 ? null : new AddressIndex(isWide, blocks);
        _others = new RuleBucket(tests.Where(rule => rule.Keys.Count == 0).Select(rule => (rule.Ordinal, rule.Test)));
    }

    /// <summary>The place of the first rule that holds.</summary>
    public int Find(in CallFacts facts)
    {
        int best = None;
        foreach (TextIndex texts in _texts)
        {
            texts.Find(facts, ref best);
        }

        _addresses?.Find(facts, ref best);
        _others.Find(facts, ref best);
        return best;
    }
}
