using System.Net;
using Mesh.Benchmarks.Measuring;
using Mesh.Model;
using Mesh.Model.Authorization;
using Mesh.Model.Identity;
using Microsoft.Extensions.Primitives;

namespace Mesh.Benchmarks.Micro;

/// <summary>What it costs to decide whether a call may pass. The base has one rule, which allows it.</summary>
internal static class AuthorizationVariants
{
    private const int Count = 1000;

    private static readonly StringValues s_tenant = HttpCall.Tenant;
    private static readonly SpiffeId s_web = new("mesh", "shop", "web");

    public static IEnumerable<Variant> All() =>
    [
        Of(Variant.Base, s_web, true, [], [MixedPolicies.Own]),
        Of(Variant.Copy, s_web, true, [], [MixedPolicies.Own]),
        Of(Names.Rules(10, "the last allows"), s_web, true, Mixed(5), [.. Mixed(4), MixedPolicies.Own]),
        Of(Names.Rules(Count, "the last allows"), s_web, true, Mixed(Count / 2), [.. Mixed((Count / 2) - 1), MixedPolicies.Own]),
        Of(Names.Rules(Count, "none allows"), s_web, false, Mixed(Count / 2), Mixed(Count / 2)),
        Of(Names.Rules(Count, "none allows, in plain text"), null, false, [], Mixed(Count)),
        Of(Names.Rules(Count, "all by one header"), s_web, true, Of(MixedPolicies.ByHeader), [MixedPolicies.Own]),
        Of(Names.Rules(Count, "all by exceptions"), s_web, true, Of(MixedPolicies.ByException), [MixedPolicies.Own]),
    ];

    private static IEnumerable<AuthorizationRule> Of(Func<int, AuthorizationRule> rule) => Enumerable.Range(0, Count - 1).Select(rule);

    private static AuthorizationRule[] Mixed(int count) => [.. Enumerable.Range(0, count).Select(MixedPolicies.Mixed)];

    private static Variant Of(string name, SpiffeId? peer, bool isAllowed, IEnumerable<AuthorizationRule> deny, IEnumerable<AuthorizationRule> allow) =>
        new(Names.Authorization, name, () =>
        {
            AuthorizationTable table = new(
                [.. MixedPolicies.Policies(AuthorizationAction.Deny, deny), .. MixedPolicies.Policies(AuthorizationAction.Allow, allow)],
                "orders", "shop", Maps.Empty, AuthorizationDefault.Deny);
            CallFacts facts = Facts(peer);
            return new Workload(() => table.Decide(facts).Verdict.IsAllowed == isAllowed
                ? Task.CompletedTask : throw new InvalidOperationException($"Allowed is not {isAllowed}."));
        });

    private static CallFacts Facts(SpiffeId? peer) => new()
    {
        Method = "POST",
        Path = MixedPolicies.Path,
        Host = "orders.shop:8080",
        Port = 8080,
        Peer = peer,
        RemoteAddress = IPAddress.Parse("10.200.3.4"),
        ServerName = "",
        Route = "/api/v1/orders/{id}/lines",
        Carrier = typeof(AuthorizationVariants),
        HeaderReader = static (_, _) => s_tenant,
    };
}
