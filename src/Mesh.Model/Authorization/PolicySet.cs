namespace Mesh.Model.Authorization;

/// <summary>Policies with one action, and the first rule of them that holds.</summary>
internal sealed class PolicySet
{
    private readonly (AuthorizationPolicy Policy, int Rule)[] _rules;
    private readonly RuleIndex _index;

    public PolicySet(IReadOnlyList<AuthorizationPolicy> policies, bool isWide)
    {
        IsEmpty = policies.Count == 0;
        _rules = [.. policies.SelectMany(policy => policy.Rules.Select((_, rule) => (policy, rule)))];
        _index = new RuleIndex([.. policies.SelectMany(policy => policy.Rules)], isWide);
    }

    /// <summary>Whether there is no policy, which is another thing than one without rules.</summary>
    public bool IsEmpty { get; }

    public AuthorizationMatch? Find(in CallFacts facts) =>
        _index.Find(facts) is var place and not RuleIndex.None ? new AuthorizationMatch(_rules[place].Policy, _rules[place].Rule) : null;
}
