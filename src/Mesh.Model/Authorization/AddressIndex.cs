using System.Net;

namespace Mesh.Model.Authorization;

/// <summary>Finds rules by the block that a call comes from: one look-up for each different length of a block.</summary>
internal sealed class AddressIndex
{
    private readonly bool _isWide;
    private readonly RuleBucket _all;
    private readonly (int Length, Dictionary<UInt128, RuleBucket> Blocks)[] _byLength;

    public AddressIndex(bool isWide, IReadOnlyList<(IPNetwork Block, int Ordinal, RuleTest Test)> rules)
    {
        _isWide = isWide;
        _all = new RuleBucket(rules.Select(rule => (rule.Ordinal, rule.Test)));
        _byLength =
        [
            .. rules.GroupBy(rule => AddressBits.LengthOf(rule.Block)).Select(same => (same.Key, same
                .GroupBy(rule => AddressBits.Of(rule.Block.BaseAddress).First(same.Key)!.Value, rule => (rule.Ordinal, rule.Test))
                .ToDictionary(group => group.Key, group => new RuleBucket(group)))),
        ];
    }

    public void Find(in CallFacts facts, ref int best)
    {
        if (facts.Address is not { } address)
        {
            if (_isWide)
            {
                _all.Find(facts, ref best);
            }

            return;
        }

        foreach ((int length, Dictionary<UInt128, RuleBucket> blocks) in _byLength)
        {
            if (address.First(length) is { } bits && blocks.TryGetValue(bits, out RuleBucket? bucket))
            {
                bucket.Find(facts, ref best);
            }
        }
    }
}
