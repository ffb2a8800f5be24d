namespace Mesh.Model.Authorization;

/// <summary>Policies that decide together, in Istio's order: what is denied, then what is allowed, then the rest.</summary>
internal sealed class Ballot(IReadOnlyList<AuthorizationPolicy> policies, AuthorizationDefault standard)
{
    private readonly PolicySet _deny = Of(policies, AuthorizationAction.Deny, isWide: true);
    private readonly PolicySet _allow = Of(policies, AuthorizationAction.Allow, isWide: false);

    public AuthorizationVerdict Decide(in CallFacts facts) =>
        _deny.Find(facts) is { } denied ? new(IsAllowed: false, AuthorizationReason.Denied, denied)
        : _allow.IsEmpty ? new(IsAllowedByDefault(facts), AuthorizationReason.Default)
        : _allow.Find(facts) is { } allowed ? new(IsAllowed: true, AuthorizationReason.Allowed, allowed)
        : new(IsAllowed: false, AuthorizationReason.NotAllowed);

    private bool IsAllowedByDefault(in CallFacts facts) => standard switch
    {
        AuthorizationDefault.Allow => true,
        AuthorizationDefault.Deny => false,
        AuthorizationDefault.AuthenticatedOnly => facts.Peer is not null,
        _ => throw new InvalidOperationException($"No meaning is defined for the default '{standard}'."),
    };

    private static PolicySet Of(IEnumerable<AuthorizationPolicy> policies, AuthorizationAction action, bool isWide) =>
        new([.. policies.Where(policy => policy.Action == action)], isWide);
}
