using System.Collections.Immutable;
using Mesh.Model.Authorization;

namespace Mesh.Model.Explanations;

/// <summary>Explains what a process would do with a call, by the code that does it.</summary>
internal static class AuthorizationExplainer
{
    public static AuthorizationExplanation Explain(AuthorizationTable table, in CallFacts facts)
    {
        AuthorizationDecision decision = table.Decide(facts);
        List<PolicyExplanation> policies = [];
        foreach (AuthorizationPolicy policy in table.Policies)
        {
            policies.Add(Explain(policy, facts));
        }

        return new AuthorizationExplanation
        {
            IsAllowed = decision.Verdict.IsAllowed,
            Verdict = VerdictOf(decision.Verdict, table.Standard),
            Rehearsed = decision.Rehearsed is { } rehearsed ? VerdictOf(rehearsed, table.Standard) : null,
            Policies = [.. policies],
        };
    }

    private static PolicyExplanation Explain(AuthorizationPolicy policy, in CallFacts facts)
    {
        List<ImmutableArray<string>> obstacles = [];
        foreach (AuthorizationRule rule in policy.Rules)
        {
            obstacles.Add([.. new RuleTest(rule, isWide: policy.Action is not AuthorizationAction.Allow).Obstacles(facts)]);
        }

        return new PolicyExplanation
        {
            Name = policy.FullName,
            Action = policy.Action,
            DryRun = policy.DryRun,
            Obstacles = [.. obstacles],
            Verdict = obstacles.FindIndex(some => some.IsEmpty) is var first and >= 0 ? $"matches by rule {first}"
                : policy.Rules.IsEmpty ? "has no rules, and matches nothing" : "does not match",
        };
    }

    private static string VerdictOf(AuthorizationVerdict verdict, AuthorizationDefault standard) => verdict.Reason switch
    {
        AuthorizationReason.Denied => $"Denied by {verdict.By}.",
        AuthorizationReason.Allowed => $"Allowed by {verdict.By}.",
        AuthorizationReason.NotAllowed => "Refused: there are policies that allow something, and none of them allows this.",
        AuthorizationReason.Default => $"{(verdict.IsAllowed ? "Allowed" : "Refused")}: no policy allows anything, and the mesh's default is {standard}.",
        _ => throw new InvalidOperationException($"No words are defined for '{verdict.Reason}'."),
    };
}
