using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.AspNetCore.Policy;

/// <summary>What policies ask about calls, so that what none asks for need not be found out.</summary>
internal static class PolicyWords
{
    /// <summary>gRPC's methods are paths.</summary>
    public static bool NamePaths(ImmutableArray<AuthorizationPolicy> policies) =>
        Any(policies, to => !to.Paths.IsEmpty || !to.NotPaths.IsEmpty || !to.Grpc.IsEmpty || !to.NotGrpc.IsEmpty);

    public static bool NameRoutes(ImmutableArray<AuthorizationPolicy> policies) => Any(policies, to => !to.Routes.IsEmpty || !to.NotRoutes.IsEmpty);

    private static bool Any(ImmutableArray<AuthorizationPolicy> policies, Func<AuthorizationOperation, bool> asks) =>
        policies.Any(policy => policy.Rules.Any(rule => rule.To.Any(asks)));
}
