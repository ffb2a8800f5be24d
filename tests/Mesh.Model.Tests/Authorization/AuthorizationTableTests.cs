using Mesh.Model.Authorization;
using Mesh.Model.Identity;
using Microsoft.Extensions.Primitives;
using static Mesh.Model.Tests.Authorization.TestPolicies;

namespace Mesh.Model.Tests.Authorization;

public sealed class AuthorizationTableTests
{
    private const string Web = "mesh/ns/shop/sa/web";

    private static readonly TestCall s_call = new("/orders");
    private static readonly TestCall s_plaintext = s_call with { Peer = null };
    private static readonly AuthorizationRule s_any = new();

    [Theory]
    [InlineData(AuthorizationDefault.Allow, true, true)]
    [InlineData(AuthorizationDefault.Deny, false, false)]
    [InlineData(AuthorizationDefault.AuthenticatedOnly, true, false)]
    internal void Without_policies_the_default_decides(AuthorizationDefault standard, bool proven, bool plaintext)
    {
        AuthorizationTable table = Table(standard);

        Assert.Equal(new(proven, AuthorizationReason.Default), table.Decide(s_call.Facts).Verdict);
        Assert.Equal(new(plaintext, AuthorizationReason.Default), table.Decide(s_plaintext.Facts).Verdict);
    }

    [Fact]
    public void Allow_without_rules_allows_nothing() => Assert.False(Allows(s_call, Allow()));

    [Fact]
    public void An_empty_rule_takes_every_call()
    {
        Assert.True(Table(AuthorizationDefault.Deny, Allow(s_any)).Decide(s_plaintext.Facts).Verdict.IsAllowed);
        Assert.False(Allows(s_call, Deny(s_any)));
    }

    [Fact]
    public void Deny_wins_over_allow_and_both_are_named()
    {
        AuthorizationPolicy allow = Allow(s_any) with { Name = "a" };
        AuthorizationPolicy deny = Deny(To(new() { Paths = ["/other"] }), To(new() { Paths = ["/orders"] })) with { Name = "z" };

        Assert.Equal(new(false, AuthorizationReason.Denied, new(deny, 1)), Table(allow, deny).Decide(s_call.Facts).Verdict);
        Assert.Equal(new(true, AuthorizationReason.Allowed, new(allow, 0)), Table(allow, deny).Decide(new TestCall("/").Facts).Verdict);
    }

    [Fact]
    public void A_deny_alone_leaves_the_rest_to_the_default()
    {
        AuthorizationPolicy deny = Deny(To(new() { Methods = ["DELETE"] }));

        Assert.True(Allows(s_call, deny));
        Assert.False(Table(AuthorizationDefault.Deny, deny).Decide(s_call.Facts).Verdict.IsAllowed);
    }

    [Fact]
    public void Audits_decide_nothing_and_are_told()
    {
        AuthorizationPolicy audit = Audit(s_any) with { Name = "a" };
        AuthorizationPolicy other = Audit(To(new() { Paths = ["/other"] })) with { Name = "b" };

        AuthorizationDecision decision = Table(audit, other).Decide(s_call.Facts);

        Assert.Equal(new(true, AuthorizationReason.Default), decision.Verdict);
        Assert.Equal([new(audit, 0)], decision.Audits);
    }

    [Fact]
    public void A_dry_run_is_told_and_does_not_decide()
    {
        AuthorizationPolicy allow = Allow(From(new() { Principals = ["mesh/ns/shop/sa/other"] })) with { DryRun = true };
        AuthorizationPolicy deny = Deny(s_any) with { Name = "d", DryRun = true };

        Assert.Equal(new(false, AuthorizationReason.NotAllowed), Table(allow).Decide(s_call.Facts).Rehearsed);
        Assert.Equal(new(false, AuthorizationReason.Denied, new(deny, 0)), Table(allow, deny).Decide(s_call.Facts).Rehearsed);
        Assert.Equal(new(true, AuthorizationReason.Default), Table(allow, deny).Decide(s_call.Facts).Verdict);
        Assert.Null(Table(Deny(s_any)).Decide(s_call.Facts).Rehearsed);
    }

    [Theory]
    [InlineData("shop", null, null, true)]
    [InlineData("SHOP", null, null, true)]
    [InlineData("*", null, null, true)]
    [InlineData("other", null, null, false)]
    [InlineData("shop", "orders", null, true)]
    [InlineData("shop", "Orders", null, true)]
    [InlineData("*", "orders", null, true)]
    [InlineData("shop", "web", null, false)]
    [InlineData("other", "orders", null, false)]
    [InlineData("shop", null, "stable", true)]
    [InlineData("shop", null, "Stable", false)]
    [InlineData("shop", "orders", "canary", false)]
    public void A_policy_is_for_those_that_it_selects(string space, string? service, string? track, bool isFor)
    {
        WorkloadSelector selector = new() { Service = service, Labels = track is null ? Maps.Empty : Maps.Empty.Add("track", track) };
        AuthorizationPolicy policy = Deny(s_any) with { Name = "p", Namespace = space, Selector = service is null && track is null ? null : selector };

        AuthorizationTable table = new([policy], "orders", "shop", Maps.Empty.Add("track", "stable"), AuthorizationDefault.Allow);

        Assert.Equal(!isFor, table.Decide(s_call.Facts).Verdict.IsAllowed);
    }

    [Theory]
    [InlineData(Web, true)]
    [InlineData("mesh/ns/shop/sa/webx", false)]
    [InlineData("mesh/ns/shop/*", true)]
    [InlineData("*/sa/web", true)]
    [InlineData("*", true)]
    public void Callers_are_allowed_by_principal(string word, bool isAllowed) => Assert.Equal(isAllowed, Allows(s_call, Allow(From(new() { Principals = [word] }))));

    /// <summary>Whatever a rule says of who calls: one who proves nothing is denied by it, and allowed by none.</summary>
    [Fact]
    public void Plaintext_callers_are_denied_by_identity_and_never_allowed_by_it()
    {
        AuthorizationRule[] rules =
        [
            From(new() { Principals = [Web] }), From(new() { NotPrincipals = [Web] }), From(new() { Principals = ["*"] }), From(new() { NotPrincipals = ["*"] }),
            From(new() { Namespaces = ["other"] }), From(new() { NotNamespaces = ["shop"] }), From(new() { TrustDomains = ["mesh"] }), From(new() { NotTrustDomains = ["mesh"] }),
            When(new() { Key = AuthorizationKey.SourcePrincipal, Values = [Web] }), When(new() { Key = AuthorizationKey.SourcePrincipal, NotValues = [Web] }),
        ];

        Assert.All(rules, rule =>
        {
            Assert.False(Allows(s_plaintext, Deny(rule)));
            Assert.False(Allows(s_plaintext, Allow(rule)));
        });
    }

    [Fact]
    public void But_only_where_all_else_holds() =>
        Assert.True(Allows(s_plaintext, Deny(new AuthorizationRule { From = [new() { Principals = [Web] }], To = [new() { Paths = ["/admin"] }] })));

    [Theory]
    [InlineData("/admin")]
    [InlineData("/Admin")]
    [InlineData("/admin/")]
    [InlineData("/ADMIN//")]
    public void A_path_is_denied_in_every_spelling_that_applications_take(string path)
    {
        Assert.False(Allows(new TestCall(path), Deny(To(new() { Paths = ["/admin"] }))));
        Assert.False(Allows(new TestCall(path), Deny(To(new() { Paths = ["/admin/"] }))));
        Assert.False(Allows(new TestCall(path), Deny(To(new() { Paths = ["/admin/*"] }))));
        Assert.False(Allows(new TestCall(path), Deny(To(new() { Routes = ["/x"], Paths = ["*min"] })), Allow(To(new() { NotPaths = ["/admin"] }))));
        Assert.Equal(path == "/admin", Allows(new TestCall(path), Allow(To(new() { Paths = ["/admin"] }))));
        Assert.False(Allows(new TestCall(path), Allow(To(new() { NotPaths = ["/admin"] }))));
    }

    [Fact]
    public void What_is_excepted_from_a_denial_is_so_letter_by_letter()
    {
        AuthorizationPolicy deny = Deny(To(new() { NotPaths = ["/public"] }));

        Assert.True(Allows(new TestCall("/public"), deny));
        Assert.False(Allows(new TestCall("/Public"), deny));
        Assert.False(Allows(new TestCall("/public/"), deny));
    }

    /// <summary>Routing takes methods in any case.</summary>
    [Fact]
    public void Methods_are_denied_in_any_case_and_allowed_in_one()
    {
        Assert.False(Allows(new TestCall("/", "delete"), Deny(To(new() { Methods = ["DELETE"] }))));
        Assert.False(Allows(new TestCall("/", "get"), Allow(To(new() { Methods = ["GET"] }))));
        Assert.True(Allows(new TestCall("/", "GET"), Allow(To(new() { Methods = ["GET"] }))));
    }

    [Theory]
    [InlineData("orders", "orders:8080", true)]
    [InlineData("ORDERS", "orders:8080", true)]
    [InlineData("orders:8080", "Orders:8080", true)]
    [InlineData("orders:81", "orders:8080", false)]
    [InlineData("*.shop", "orders.shop:8080", true)]
    [InlineData("*:8080", "orders:8080", true)]
    [InlineData("[::1]", "[::1]:80", true)]
    [InlineData("[::1]:80", "[::1]:80", true)]
    [InlineData("[::1]", "[::1]", true)]
    [InlineData("orders", "", false)]
    public void Hosts_are_compared_in_any_case_and_by_port_where_one_is_given(string word, string host, bool matches) =>
        Assert.Equal(matches, Allows(s_call with { Host = host }, Allow(To(new() { Hosts = [word] }))));

    [Theory]
    [InlineData("shop.Orders", "Get", true)]
    [InlineData("shop.Orders", null, true)]
    [InlineData(null, "Get", true)]
    [InlineData("shop.Orders", "List", false)]
    [InlineData("Orders", null, false)]
    public void Calls_of_grpc_are_told_by_their_path(string? service, string? method, bool matches)
    {
        GrpcMatch match = new() { Service = service, Method = method };

        Assert.Equal(matches, Allows(new TestCall("/shop.Orders/Get", "POST"), Allow(To(new() { Grpc = [match] }))));
        Assert.Equal(!matches, Allows(new TestCall("/SHOP.orders/get/", "POST"), Deny(To(new() { Grpc = [match] }))));
        Assert.False(Allows(new TestCall("/SHOP.orders/get", "POST"), Allow(To(new() { Grpc = [match] }))));
    }

    [Theory]
    [InlineData("/orders/{id}", true)]
    [InlineData("orders/{id}", true)]
    [InlineData("/orders/*", false)]
    [InlineData("/orders/{Id}", false)]
    public void Routes_are_compared_as_texts(string word, bool matches)
    {
        Assert.Equal(matches, Allows(s_call with { Route = "/orders/{id}" }, Allow(To(new() { Routes = [word] }))));
        Assert.Equal(matches, Allows(s_call with { Route = "orders/{id}" }, Allow(To(new() { Routes = [word] }))));
        Assert.True(Allows(s_call with { Route = "" }, Deny(To(new() { Routes = [word] }))));
        Assert.False(Allows(s_call with { Route = null }, Deny(To(new() { Routes = [word] }))));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.9.9.9", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.9.9.9", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("::/0", "10.9.9.9", false)]
    [InlineData("::/0", "::ffff:10.9.9.9", false)]
    [InlineData("0.0.0.0/0", "fd00::1", false)]
    [InlineData("::ffff:10.0.0.0/104", "10.9.9.9", true)]
    [InlineData("fd00::/8", "fd12::1%3", true)]
    [InlineData("10.1.2.3/32", "10.1.2.3", true)]
    public void Addresses_are_in_blocks(string block, string address, bool matches)
    {
        Assert.Equal(matches, Allows(s_call with { From = address }, Allow(From(new() { IpBlocks = [Block(block)] }))));
        Assert.Equal(!matches, Allows(s_call with { From = address }, Allow(From(new() { NotIpBlocks = [Block(block)] }))));
    }

    [Theory]
    [InlineData("gold", true, true)]
    [InlineData("GOLD", false, true)]
    [InlineData("gold, tin", false, true)]
    [InlineData("tin,gold", false, true)]
    [InlineData("tin", false, false)]
    [InlineData("", false, false)]
    [InlineData("gold\ngold", true, true)]
    [InlineData("gold\ntin", false, true)]
    [InlineData("tin\nGold", false, true)]
    [InlineData(null, false, false)]
    public void Of_a_header_all_must_be_allowed_and_one_part_suffices_to_deny(string? lines, bool isSurely, bool mayBe)
    {
        TestCall call = s_call with { Headers = lines is null ? [] : new() { ["x-tier"] = new StringValues(lines.Split('\n')) } };
        AuthorizationRule rule = When(new() { Key = AuthorizationKey.RequestHeader, Header = "x-tier", Values = ["gold"] });
        AuthorizationRule not = When(new() { Key = AuthorizationKey.RequestHeader, Header = "x-tier", NotValues = ["gold"] });

        Assert.Equal(isSurely, Allows(call, Allow(rule)));
        Assert.Equal(!mayBe, Allows(call, Deny(rule)));
        Assert.Equal(!mayBe, Allows(call, Allow(not)));
        Assert.Equal(isSurely, Allows(call, Deny(not)));
    }

    [Fact]
    public void Deciding_allocates_nothing()
    {
        AuthorizationTable table = Table(
            Deny(When(new() { Key = AuthorizationKey.RequestHeader, Header = "x", Values = ["y"] }), To(new() { Paths = ["/a*", "*b"], NotMethods = ["PUT"] })),
            Allow(From(new() { Principals = [Web], NotIpBlocks = [Block("10.0.0.0/9")] }), From(new() { IpBlocks = [Block("10.1.0.0/16")] })),
            Deny(s_any) with { DryRun = true });
        CallFacts facts = s_call.Facts;
        table.Decide(facts);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            table.Decide(facts);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_caller_of_another_mesh_is_another_caller() => Assert.False(Allows(
        s_call with { Peer = new SpiffeId("other", "shop", "web") }, Allow(From(new() { Principals = [Web] }))));
}
