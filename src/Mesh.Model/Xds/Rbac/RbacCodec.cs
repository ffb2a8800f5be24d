using Google.Protobuf.WellKnownTypes;
using Action = Mesh.Model.Xds.Wire.RBAC.Types.Action;

namespace Mesh.Model.Xds;

/// <summary>Authorization policies as the filters of a gRPC server, as Istio sends them: what is denied first, then what is allowed. AUDIT has no place there.</summary>
internal static class RbacCodec
{
    // A listener has each name once.
    private const string Deny = "envoy.filters.http.rbac.deny";
    private const string Allow = "envoy.filters.http.rbac.allow";

    /// <param name="policies">Those that are for the server.</param>
    /// <param name="standard">What holds where none of them allows anything.</param>
    public static (IReadOnlyList<Wire.HttpFilter> Filters, IReadOnlyList<CapabilityGap> Gaps) Encode(
        IReadOnlyList<AuthorizationPolicy> policies, AuthorizationDefault standard)
    {
        List<CapabilityGap> gaps = [];
        gaps.AddRange(policies.Where(policy => policy.DryRun).Select(policy => new CapabilityGap(policy.FullName, "gRPC servers do not know dry runs.")));

        // Nor do all of them take a filter that rehearses alone.
        ILookup<AuthorizationAction, AuthorizationPolicy> actions = policies.Where(policy => !policy.DryRun).ToLookup(policy => policy.Action);
        gaps.AddRange(actions[AuthorizationAction.Audit].Select(policy => new CapabilityGap(policy.FullName, "gRPC servers do not know Audit.")));
        return (
            [
                .. Filters([.. actions[AuthorizationAction.Deny]], Action.Deny, gaps),
                .. Filters([.. actions[AuthorizationAction.Allow]], Action.Allow, gaps),
                .. actions[AuthorizationAction.Allow].Any() ? [] : Default(standard),
            ],
            gaps);
    }

    /// <summary>A filter that allows lets nothing pass but what its policies match.</summary>
    private static IEnumerable<Wire.HttpFilter> Default(AuthorizationDefault standard) => standard switch
    {
        AuthorizationDefault.Allow => [],
        AuthorizationDefault.Deny => [Of(new() { Rules = new() { Action = Action.Allow } })],
        AuthorizationDefault.AuthenticatedOnly => [Of(new()
        {
            Rules = new()
            {
                Action = Action.Allow,
                Policies = { ["default"] = new() { Permissions = { new Wire.Permission { Any = true } }, Principals = { new Wire.Principal { Authenticated = new() } } } },
            },
        })],
        _ => throw new InvalidOperationException($"No filter is defined for the default '{standard}'."),
    };

    /// <summary>None where there are no policies: an empty filter that allows would refuse everything, as policies without rules are to do.</summary>
    private static IEnumerable<Wire.HttpFilter> Filters(IReadOnlyList<AuthorizationPolicy> policies, Action action, List<CapabilityGap> gaps)
    {
        if (policies.Count > 0)
        {
            yield return Of(new() { Rules = Rules(policies, action, gaps) });
        }
    }

    private static Wire.HttpFilter Of(Wire.Filters.RBAC filter) => new() { Name = filter.Rules.Action is Action.Deny ? Deny : Allow, TypedConfig = Any.Pack(filter) };

    private static Wire.RBAC Rules(IReadOnlyList<AuthorizationPolicy> policies, Action action, List<CapabilityGap> gaps)
    {
        Wire.RBAC rules = new() { Action = action };
        foreach (AuthorizationPolicy policy in policies)
        {
            for (int i = 0; i < policy.Rules.Length; i++)
            {
                string name = $"ns[{policy.Namespace}]-policy[{policy.Name}]-rule[{i}]";
                if (Policy(policy.Rules[i], action is Action.Deny, $"{policy.FullName}:rules:{i}", gaps) is { } wire)
                {
                    rules.Policies.Add(name, wire);
                }
            }
        }

        return rules;
    }

    /// <summary>What has no word is as good as unknown: a rule that denies does without it, and one that allows never matches. Null: it does not.</summary>
    private static Wire.Policy? Policy(AuthorizationRule rule, bool isWide, string path, List<CapabilityGap> gaps)
    {
        List<Wire.Permission> permissions = [];
        for (int i = 0; i < rule.To.Length; i++)
        {
            if (!IsUnsaid(PermissionCodec.Unsaid(rule.To[i]).Select(key => $"{path}:to:{i}:{key}"), isWide, gaps))
            {
                permissions.Add(PermissionCodec.Encode(rule.To[i], isWide));
            }
        }

        IEnumerable<string> names = rule.When.Index().Where(one => IsUnsaid(one.Item)).Select(one => $"{path}:when:{one.Index}");
        if (IsUnsaid(names, isWide, gaps) || (permissions.Count == 0 && !rule.To.IsEmpty))
        {
            return null;
        }

        IReadOnlyList<Wire.Permission> asked = [.. rule.When.Where(condition => !IsUnsaid(condition)).SelectMany(condition => PermissionCodec.Encode(condition, isWide) ?? [])];
        IReadOnlyList<Wire.Principal> callers = [.. rule.When.SelectMany(condition => PrincipalCodec.Encode(condition, isWide) ?? [])];
        return new()
        {
            Permissions = { (permissions.Count == 0 ? [new() { Any = true }] : permissions).Select(one => asked.Count == 0 ? one : PermissionCodec.All([one, .. asked])) },
            Principals =
            {
                (rule.From.IsEmpty ? [new() { Any = true }] : rule.From.Select(source => PrincipalCodec.Encode(source, isWide)))
                    .Select(one => callers.Count == 0 ? one : PrincipalCodec.All([one, .. callers])),
            },
        };
    }

    /// <summary>They take every server's name for empty, and refuse a filter with headers of their own.</summary>
    private static bool IsUnsaid(AuthorizationCondition condition) => condition.Key is AuthorizationKey.ConnectionSni
        || (condition.Header?.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) ?? false);

    /// <summary>Whether nothing can be said of what they belong to.</summary>
    private static bool IsUnsaid(IEnumerable<string> paths, bool isWide, List<CapabilityGap> gaps)
    {
        CapabilityGap[] found =
        [
            .. paths.Select(path => new CapabilityGap(
                path, isWide ? "gRPC servers do not know this: they deny without regard to it." : "gRPC servers do not know this: they allow nothing by it.")),
        ];
        gaps.AddRange(found);
        return found.Length > 0 && !isWide;
    }
}
