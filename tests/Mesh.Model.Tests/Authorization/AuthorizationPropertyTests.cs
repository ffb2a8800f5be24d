using System.Collections.Immutable;
using CsCheck;
using Mesh.Model.Authorization;
using Mesh.Model.Explanations;
using Mesh.Model.Identity;
using Microsoft.Extensions.Primitives;
using static Mesh.Model.Tests.Authorization.TestPolicies;

namespace Mesh.Model.Tests.Authorization;

/// <summary>Few different names, so that random policies and random calls meet.</summary>
public sealed class AuthorizationPropertyTests
{
    private static readonly Gen<AuthorizationSource> s_source =
        Gen.Select(
            Words("m/ns/a/sa/x", "M/ns/a/sa/x", "m/ns/a/*", "*/sa/y", "*"), Words("a", "A", "b*", "*"), Words("m", "n", "*"),
            List(Block("10.0.0.0/8"), Block("10.1.0.0/16"), Block("10.1.2.3/32"), Block("0.0.0.0/0"), Block("::/0"), Block("fd00::/8"))).Select(
            Gen.Select(Words("m/ns/a/sa/x", "*/sa/X", "*"), Words("a", "*"), Words("m", "N"), List(Block("10.1.0.0/16"), Block("fd00::/9"))),
            (wanted, excepted) => new AuthorizationSource
            {
                Principals = wanted.Item1, Namespaces = wanted.Item2, TrustDomains = wanted.Item3, IpBlocks = wanted.Item4,
                NotPrincipals = excepted.Item1, NotNamespaces = excepted.Item2, NotTrustDomains = excepted.Item3, NotIpBlocks = excepted.Item4,
            });

    private static readonly ImmutableArray<string> s_words = ["/a", "/A/", "/a/*", "/a*", "/S/m", "*/b", "*b/", "*/", "/*", "/", "*", "/a/b//*"];

    private static readonly Gen<ImmutableArray<GrpcMatch>> s_grpc = List(
        new GrpcMatch { Service = "S", Method = "m" }, new GrpcMatch { Service = "s" }, new GrpcMatch { Method = "M" }, new GrpcMatch { Method = "b" });

    private static readonly Gen<AuthorizationOperation> s_wanted = Gen.Select(
        Words("GET", "get", "P*", "*T", "*"), Words([.. s_words]), Words("h", "H:80", "*:80", "*.x", "h*", "*"), List(80, 81), s_grpc, Words("/a/{id}", "a", "/", "A/{ID}"),
        (methods, paths, hosts, ports, grpc, routes) => new AuthorizationOperation
        {
            Methods = methods, Paths = paths, Hosts = hosts, Ports = ports, Grpc = grpc, Routes = routes,
        });

    private static readonly Gen<AuthorizationOperation> s_operation = Gen.Select(s_wanted, s_wanted, (wanted, excepted) => wanted with
    {
        NotMethods = excepted.Methods, NotPaths = excepted.Paths, NotHosts = excepted.Hosts,
        NotPorts = excepted.Ports, NotGrpc = excepted.Grpc, NotRoutes = excepted.Routes,
    });

    private static readonly Gen<AuthorizationCondition> s_condition = Gen.OneOf(
        Condition(AuthorizationKey.RequestHeader, "v", "V", "v*", "*w", "*", "v, w", ""), Condition(AuthorizationKey.SourceIp, "10.0.0.0/8", "::/0"),
        Condition(AuthorizationKey.SourcePrincipal, "m/ns/a/sa/x", "*"), Condition(AuthorizationKey.SourceNamespace, "a", "B"),
        Condition(AuthorizationKey.SourceTrustDomain, "m"), Condition(AuthorizationKey.DestinationPort, "80", "81"), Condition(AuthorizationKey.ConnectionSni, "h", "*"));

    private static readonly Gen<AuthorizationRule> s_rule = Gen.Select(s_source.Array[0, 2], s_operation.Array[0, 2], s_condition.Array[0, 1], (from, to, when) =>
        new AuthorizationRule { From = [.. from], To = [.. to], When = [.. when] });

    internal static readonly Gen<AuthorizationPolicy[]> Policies =
        Gen.Select(Gen.Enum<AuthorizationAction>(), s_rule.Array[0, 3], Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))), Gen.OneOfConst("shop", "*"))
            .Select((action, rules, dryRun, space) => new AuthorizationPolicy { Namespace = space, Action = action, Rules = [.. rules], DryRun = dryRun })
            .Array[0, 5]
            .Select(policies => policies.Select((policy, i) => policy with { Name = $"{9 - i}" }).ToArray());

    private static readonly Gen<SpiffeId?> s_peer = Maybe(Gen.Select(Gen.OneOfConst("m", "n"), Gen.OneOfConst("a", "b", "A"), Gen.OneOfConst("x", "y"), (domain, space, service) =>
        new SpiffeId(domain, space, service)));

    private static readonly Gen<StringValues> s_header =
        Gen.OneOfConst<StringValues>(default(StringValues), "", "v", "V", "w", "v, w", "z,v ,w", "vz", new StringValues(["v", "v"]), new StringValues(["v", "w"]), new StringValues(["z", "V"]));

    internal static readonly Gen<TestCall> Call =
        Gen.Select(
            Gen.OneOfConst("/", "/a", "/A", "/a/", "/a//", "/a/b", "/A/B/", "/ab", "/S/m", "/s/M", "/S/m/", "/a/b//c", "*"), Gen.OneOfConst("GET", "get", "PUT", "POST"),
            Maybe(Gen.OneOfConst("h", "H:80", "h:81", "a.x:80", "")), Gen.OneOfConst(0, 80, 81, 82), s_peer,
            Maybe(Gen.OneOfConst("10.1.2.3", "10.9.9.9", "::ffff:10.1.2.3", "fd00::1", "fd80::1", "192.168.0.1"))).Select(
            Gen.Select(Maybe(Gen.OneOfConst("h", "H", "")), Maybe(Gen.OneOfConst("/a/{id}", "a/{id}", "/A", "/", "")), s_header),
            (one, two) => new TestCall(one.Item1, one.Item2)
            {
                Host = one.Item3, Port = one.Item4, Peer = one.Item5, From = one.Item6, ServerName = two.Item1, Route = two.Item2,
                Headers = two.Item3.Count == 0 ? [] : new(StringComparer.OrdinalIgnoreCase) { ["x"] = two.Item3 },
            });

    [Fact]
    public void The_table_decides_as_the_reference_does() =>
        Gen.Select(Policies, Gen.Enum<AuthorizationDefault>(), Call.Array[20]).Sample((policies, standard, calls) =>
        {
            AuthorizationTable table = Table(standard, policies);
            foreach (TestCall call in calls)
            {
                AuthorizationDecision decision = table.Decide(call.Facts);
                Assert.Equal(ReferenceAuthorization.Decide(policies, standard, call, withDryRuns: false), decision.Verdict);
                Assert.Equal(ReferenceAuthorization.Audits(policies, call), decision.Audits);
                if (decision.Rehearsed is { } rehearsed)
                {
                    Assert.Equal(ReferenceAuthorization.Decide(policies, standard, call, withDryRuns: true), rehearsed);
                }
            }
        }, iter: 5_000);

    [Fact]
    public void A_single_rule_is_decided_as_the_reference_does() =>
        Gen.Select(s_rule, Gen.Enum<AuthorizationAction>(), Call.Array[20]).Sample((rule, action, calls) =>
        {
            AuthorizationPolicy[] policies = [new() { Namespace = "shop", Name = "one", Action = action, Rules = [rule] }];
            AuthorizationTable table = Table(policies);
            foreach (TestCall call in calls)
            {
                AuthorizationDecision decision = table.Decide(call.Facts);
                Assert.Equal(ReferenceAuthorization.Decide(policies, AuthorizationDefault.Allow, call, withDryRuns: false), decision.Verdict);
                Assert.Equal(ReferenceAuthorization.Audits(policies, call), decision.Audits);
            }
        }, iter: 10_000);

    /// <summary>Whatever stops being known, no call is allowed for it.</summary>
    [Fact]
    public void Who_hides_something_gains_nothing() =>
        Gen.Select(Policies, Call, Gen.Int[0, 5]).Sample((policies, call, hidden) =>
        {
            TestCall other = hidden switch
            {
                0 => call with { Peer = null },
                1 => call with { From = null },
                2 => call with { Host = null },
                3 => call with { Port = 0 },
                4 => call with { ServerName = null },
                _ => call with { Route = null },
            };
            AuthorizationTable table = Table(policies);
            return table.Decide(call.Facts).Verdict.IsAllowed || !table.Decide(other.Facts).Verdict.IsAllowed;
        }, iter: 20_000);

    [Fact]
    public void The_explanation_finds_the_rules_that_the_table_finds() =>
        Gen.Select(Policies, Call.Array[10]).Sample((policies, calls) =>
        {
            AuthorizationTable table = Table(policies);
            foreach (TestCall call in calls)
            {
                AuthorizationExplanation explained = AuthorizationExplainer.Explain(table, call.Facts);
                AuthorizationDecision decision = table.Decide(call.Facts);
                Assert.Equal(decision.Verdict.IsAllowed, explained.IsAllowed);
                if (decision.Verdict.By is { } by)
                {
                    Assert.Equal($"matches by rule {by.Rule}", explained.Policies.Single(policy => policy.Name == by.Policy.FullName).Verdict);
                }
            }
        }, iter: 2_000);

    private static Gen<AuthorizationCondition> Condition(AuthorizationKey key, params string[] words) =>
        Gen.Select(Words(words), Words(words), (values, notValues) => new AuthorizationCondition
        {
            Key = key, Header = "x", Values = values.IsEmpty && notValues.IsEmpty ? [words[0]] : values, NotValues = notValues,
        });

    private static Gen<ImmutableArray<string>> Words(params string[] words) => List(words);

    /// <summary>Mostly empty, or a random call would match next to nothing.</summary>
    private static Gen<ImmutableArray<T>> List<T>(params T[] values) =>
        Gen.Frequency((4, Gen.Const(ImmutableArray<T>.Empty)), (1, Gen.OneOfConst(values).Array[1, 2].Select(some => some.ToImmutableArray())));

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class => Gen.Frequency((1, Gen.Const(() => (T?)null)), (3, gen.Select(value => (T?)value)));
}
