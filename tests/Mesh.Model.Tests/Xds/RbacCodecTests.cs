using CsCheck;
using Mesh.Model.Authorization;
using Mesh.Model.Tests.Authorization;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;
using static Mesh.Model.Tests.Authorization.TestPolicies;

namespace Mesh.Model.Tests.Xds;

public sealed class RbacCodecTests
{
    /// <summary>What a gRPC server can know of a call, which is neither the server's name nor a route; paths have at most one slash at their end.</summary>
    private static readonly Gen<TestCall> s_call = AuthorizationPropertyTests.Call.Select(call => call with
    {
        Host = call.Host ?? "h", Port = Math.Max(call.Port, 80), From = (call.From ?? "10.1.2.3").Replace("::ffff:", "", StringComparison.Ordinal),
        ServerName = null, Route = null, Path = call.Path == "/a//" ? "/a/" : call.Path,
    });

    [Fact]
    public void A_grpc_server_allows_nothing_that_we_refuse() =>
        Gen.Select(AuthorizationPropertyTests.Policies, Gen.Enum<AuthorizationDefault>(), s_call.Array[20]).Sample((policies, standard, calls) =>
        {
            AuthorizationTable table = Table(standard, policies);
            IReadOnlyList<Wire.HttpFilter> filters = RbacCodec.Encode(table.Policies, standard).Filters;
            Assert.All(calls, call => Assert.True(table.Decide(call.Facts).Verdict.IsAllowed || !RbacServer.Allows(filters, call), Told(filters, call)));
        }, iter: 10_000);

    [Fact]
    public void And_the_same_where_headers_have_one_line() =>
        Gen.Select(AuthorizationPropertyTests.Policies, Gen.Enum<AuthorizationDefault>(), s_call.Array[20]).Sample((policies, standard, calls) =>
        {
            AuthorizationTable table = Table(standard, policies);
            IReadOnlyList<Wire.HttpFilter> filters = RbacCodec.Encode(table.Policies, standard).Filters;
            Assert.All(
                calls.Where(call => !call.Headers.Values.Any(lines => lines.ToString().Contains(',', StringComparison.Ordinal))),
                call => Assert.True(table.Decide(call.Facts).Verdict.IsAllowed == RbacServer.Allows(filters, call), Told(filters, call)));
        }, iter: 10_000);

    [Fact]
    public void Denials_come_first_by_their_names_and_dry_runs_apart()
    {
        AuthorizationRule web = From(new() { Principals = ["mesh/ns/shop/sa/web"] });
        (IReadOnlyList<Wire.HttpFilter> filters, IReadOnlyList<CapabilityGap> gaps) = RbacCodec.Encode(
            [Allow(web, new AuthorizationRule()) with { Name = "a" }, Deny(web) with { Name = "d" }, Deny(web) with { Name = "e", DryRun = true }], AuthorizationDefault.Allow);

        Assert.Equal("shop/e", Assert.Single(gaps).Path);
        Assert.Equal(["envoy.filters.http.rbac.deny", "envoy.filters.http.rbac.allow"], filters.Select(filter => filter.Name));
        Wire.Filters.RBAC[] read = [.. filters.Select(filter => filter.TypedConfig.Unpack<Wire.Filters.RBAC>())];
        Assert.Equal([Wire.RBAC.Types.Action.Deny, Wire.RBAC.Types.Action.Allow], read.Select(filter => filter.Rules.Action));
        Assert.Equal(["ns[shop]-policy[d]-rule[0]"], read[0].Rules.Policies.Keys);
        Assert.Equal(["ns[shop]-policy[a]-rule[0]", "ns[shop]-policy[a]-rule[1]"], read[1].Rules.Policies.Keys.Order());
        Assert.Equal(
            """{ "authenticated": { "principalName": { "exact": "spiffe://mesh/ns/shop/sa/web" } } }""",
            Assert.Single(read[1].Rules.Policies["ns[shop]-policy[a]-rule[0]"].Principals).ToString());
    }

    [Fact]
    public void What_has_no_word_there_is_told_and_closed()
    {
        AuthorizationRule rule = new() { To = [new() { Routes = ["/a/{id}"], Methods = ["GET"] }, new() { NotRoutes = ["/b"] }], When = [new() { Key = AuthorizationKey.ConnectionSni, Values = ["x"] }] };

        (IReadOnlyList<Wire.HttpFilter> filters, IReadOnlyList<CapabilityGap> gaps) = RbacCodec.Encode(
            [Allow(rule) with { Name = "a" }, Deny(rule) with { Name = "d" }, Audit(rule) with { Name = "t" }], AuthorizationDefault.Allow);

        Assert.Equal(
            ["shop/t", "shop/d:rules:0:to:0:routes", "shop/d:rules:0:to:1:notRoutes", "shop/d:rules:0:when:0", "shop/a:rules:0:to:0:routes", "shop/a:rules:0:to:1:notRoutes", "shop/a:rules:0:when:0"],
            gaps.Select(gap => gap.Path));
        Assert.Empty(filters[1].TypedConfig.Unpack<Wire.Filters.RBAC>().Rules.Policies);
        Assert.False(RbacServer.Allows([filters[0]], new TestCall("/", "PUT")));
    }

    private static string Told(IEnumerable<Wire.HttpFilter> filters, TestCall call) =>
        $"{call} {call.Headers.GetValueOrDefault("x")} by {string.Join(" then ", filters.Select(filter => filter.TypedConfig.Unpack<Wire.Filters.RBAC>()))}";
}
