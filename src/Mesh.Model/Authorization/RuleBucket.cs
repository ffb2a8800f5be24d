namespace Mesh.Model.Authorization;

/// <summary>Rules that share a place in the index, in their order.</summary>
internal sealed class RuleBucket(IEnumerable<(int Ordinal, RuleTest Test)> rules)
{
    private readonly (int Ordinal, RuleTest Test)[] _rules = [.. rules.DistinctBy(rule => rule.Ordinal).OrderBy(rule => rule.Ordinal)];

    /// <summary>Lowers <paramref name="best"/> to the first rule here that holds, if it comes before.</summary>
    public void Find(in CallFacts facts, ref int best)
    {
        foreach ((int ordinal, RuleTest test) in _rules)
        {
            if (ordinal >= best)
            {
                return;
            }

            if (test.Holds(facts))
            {
                best = ordinal;
                return;
            }
        }
    }
}
