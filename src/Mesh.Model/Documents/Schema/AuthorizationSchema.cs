namespace Mesh.Model.Documents;

/// <summary>The settings of an authorization policy.</summary>
internal static class AuthorizationSchema
{
    public const string Kind = "AuthorizationPolicy";

    public static Section<AuthorizationPolicy> Section { get; } = new(
        new AuthorizationPolicy(), [Rule.AtLeastOne("Kind"), Rule.AtLeastOne("Name")],
        [
            new(["Action", "Rules"], "Action Deny and Audit need Rules.", p => p.Action is not AuthorizationAction.Allow && p.Rules.IsEmpty
                ? $"Action is {p.Action}, and without rules it matches nothing: give some, or [{{}}] for every call." : null),
            new(["Action", "DryRun"], "DryRun goes with Allow and Deny.", p => p is { Action: AuthorizationAction.Audit, DryRun: true }
                ? "An Audit decides nothing, so there is no dry run of it: leave one of them out." : null),
        ])
    {
        { "Kind", $"{Kind}.", Choices.Of<string>(new Choice<string>(Kind, Kind)), _ => Kind, (p, _) => p },
        { "Name", "What it is called by, within its namespace.", Names.Part, p => p.Name, (p, v) => p with { Name = v } },
        {
            "Namespace", "Whose processes it is for.",
            SelectorSchema.Namespace, p => p.Namespace, (p, v) => p with { Namespace = v }
        },
        { "Selector", "Which of them. Not given: all.", SelectorSchema.Section, p => p.Selector, (p, v) => p with { Selector = v } },
        {
            "Action", "What becomes of calls that match.",
            Choices.Of<AuthorizationAction>(new("Allow", AuthorizationAction.Allow), new("Deny", AuthorizationAction.Deny), new("Audit", AuthorizationAction.Audit)),
            p => p.Action, (p, v) => p with { Action = v }
        },
        { "Rules", "Which calls match: any of these, [{}] every call. Not given: none.", AuthorizationRuleSchema.List, p => p.Rules, (p, v) => p with { Rules = v } },
        { "DryRun", "Whether it is only told what it would do.", Choices.Flag, p => p.DryRun, (p, v) => p with { DryRun = v } },
    };
}
