using System.Net;
using Mesh.Model.Authorization;

namespace Mesh.Model.Tests.Authorization;

/// <summary>Short ways to write policies, all of which are for the service orders in the namespace shop.</summary>
internal static class TestPolicies
{
    public static AuthorizationPolicy Allow(params AuthorizationRule[] rules) => Of(AuthorizationAction.Allow, rules);

    public static AuthorizationPolicy Deny(params AuthorizationRule[] rules) => Of(AuthorizationAction.Deny, rules);

    public static AuthorizationPolicy Audit(params AuthorizationRule[] rules) => Of(AuthorizationAction.Audit, rules);

    public static AuthorizationRule From(AuthorizationSource source) => new() { From = [source] };

    public static AuthorizationRule To(AuthorizationOperation operation) => new() { To = [operation] };

    public static AuthorizationRule When(AuthorizationCondition condition) => new() { When = [condition] };

    public static AuthorizationTable Table(params AuthorizationPolicy[] policies) => Table(AuthorizationDefault.Allow, policies);

    public static AuthorizationTable Table(AuthorizationDefault standard, params AuthorizationPolicy[] policies) =>
        new(policies.Select((policy, i) => policy.Name.Length > 0 ? policy : policy with { Name = $"{i:d2}" }), "orders", "shop", Maps.Empty, standard);

    public static bool Allows(TestCall call, params AuthorizationPolicy[] policies) => Table(policies).Decide(call.Facts).Verdict.IsAllowed;

    public static IPNetwork Block(string text) => IPNetwork.Parse(text);

    private static AuthorizationPolicy Of(AuthorizationAction action, AuthorizationRule[] rules) => new() { Namespace = "shop", Action = action, Rules = [.. rules] };
}
