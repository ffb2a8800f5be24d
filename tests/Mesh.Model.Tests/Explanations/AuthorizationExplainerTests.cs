using Mesh.Model.Explanations;
using Mesh.Model.Tests.Authorization;
using static Mesh.Model.Tests.Authorization.TestPolicies;

namespace Mesh.Model.Tests.Explanations;

public sealed class AuthorizationExplainerTests
{
    private static readonly AuthorizationPolicy s_deny = Deny(new AuthorizationRule
    {
        From = [new() { NotPrincipals = ["mesh/ns/shop/sa/admin"] }], To = [new() { Paths = ["/admin/*"], Methods = ["DELETE"] }],
    }) with { Name = "admins" };

    private static readonly AuthorizationPolicy s_allow = Allow(
        new AuthorizationRule { From = [new() { Namespaces = ["back"] }, new() { IpBlocks = [Block("192.168.0.0/16")] }] },
        new AuthorizationRule { From = [new() { Principals = ["mesh/ns/shop/sa/web"] }], When = [new() { Key = AuthorizationKey.RequestHeader, Header = "x-tier", NotValues = ["tin"] }] })
        with { Name = "readers" };

    [Fact]
    public void It_tells_by_which_rule_and_why_the_others_do_not_match()
    {
        AuthorizationExplanation explained = Explain(new TestCall("/orders"), s_deny, s_allow);

        Assert.True(explained.IsAllowed);
        Assert.Equal("Allowed by shop/readers, rule 1.", explained.Verdict);
        Assert.Null(explained.Rehearsed);
        Assert.Equal([("shop/admins", "does not match"), ("shop/readers", "matches by rule 1")], explained.Policies.Select(policy => (policy.Name, policy.Verdict)));
        Assert.Equal(["method GET is none of DELETE", "path /orders is none of /admin/*"], explained.Policies[0].Obstacles[0]);
        Assert.Equal(["namespace shop is none of back", "address 10.1.2.3 is none of 192.168.0.0/16"], explained.Policies[1].Obstacles[0]);
        Assert.Empty(explained.Policies[1].Obstacles[1]);
    }

    [Fact]
    public void It_tells_who_denies() =>
        Assert.Equal("Denied by shop/admins, rule 0.", Explain(new TestCall("/Admin/x", "DELETE") { Peer = null }, s_deny, s_allow).Verdict);

    [Fact]
    public void It_tells_that_nothing_allows()
    {
        TestCall call = new("/") { Peer = null, Headers = { ["x-tier"] = "tin" } };

        AuthorizationExplanation explained = Explain(call, s_allow, Allow() with { Name = "a" });

        Assert.Equal("Refused: there are policies that allow something, and none of them allows this.", explained.Verdict);
        Assert.Equal("has no rules, and matches nothing", explained.Policies[0].Verdict);
        Assert.Equal(
            ["the principal of a caller that has proven nothing is none of mesh/ns/shop/sa/web", "header x-tier 'tin' counts as one of tin, which are excepted"],
            explained.Policies[1].Obstacles[1]);
    }

    [Fact]
    public void It_tells_of_the_default_and_of_dry_runs()
    {
        AuthorizationExplanation explained = Explain(new TestCall("/"), Deny(new AuthorizationRule()) with { Name = "all", DryRun = true });

        Assert.Equal("Allowed: no policy allows anything, and the mesh's default is Allow.", explained.Verdict);
        Assert.Equal("Denied by shop/all, rule 0.", explained.Rehearsed);
    }

    private static AuthorizationExplanation Explain(TestCall call, params AuthorizationPolicy[] policies) =>
        AuthorizationExplainer.Explain(Table(policies), call.Facts);
}
