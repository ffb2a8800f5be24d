namespace Mesh.Model.Authorization;

/// <summary>
/// A rule, made ready. In three-valued logic (Kleene's: true, false, not known; NOT turns round, AND takes the least, OR the most) it would be asked
/// whether it may hold, for a DENY, or must, for an ALLOW. As that is known beforehand, each test is made to answer for its end: two values are enough.
/// </summary>
internal sealed class RuleTest
{
    private readonly CallTest[][] _from;
    private readonly CallTest[][] _to;
    private readonly CallTest[] _when;

    /// <param name="rule">The rule.</param>
    /// <param name="isWide">Whether its match leads to a refusal: then it holds where it may.</param>
    public RuleTest(AuthorizationRule rule, bool isWide)
    {
        _from = [.. rule.From.Select(source => CallTests.Of(source, isWide).ToArray())];
        _to = [.. rule.To.Select(operation => CallTests.Of(operation, isWide).ToArray())];
        _when = [.. rule.When.SelectMany(condition => CallTests.Of(condition, isWide))];
    }

    public bool Holds(in CallFacts facts) => AnyHolds(_from, facts) && AnyHolds(_to, facts) && AllHold(_when, facts);

    /// <summary>Everything that keeps it from holding, in words.</summary>
    public IReadOnlyList<string> Obstacles(in CallFacts facts)
    {
        List<string> obstacles = [];
        foreach (CallTest[][] any in (CallTest[][][])[AnyHolds(_from, facts) ? [] : _from, AnyHolds(_to, facts) ? [] : _to, [_when]])
        {
            foreach (CallTest test in any.SelectMany(all => all))
            {
                if (!test.Holds(facts))
                {
                    obstacles.Add(test.Obstacle(facts));
                }
            }
        }

        return obstacles;
    }

    private static bool AnyHolds(CallTest[][] any, in CallFacts facts)
    {
        foreach (CallTest[] all in any)
        {
            if (AllHold(all, facts))
            {
                return true;
            }
        }

        return any.Length == 0;
    }

    private static bool AllHold(CallTest[] all, in CallFacts facts)
    {
        foreach (CallTest test in all)
        {
            if (!test.Holds(facts))
            {
                return false;
            }
        }

        return true;
    }
}
