using System.Collections.Immutable;
using System.Net;
using Mesh.Model.Authorization;

namespace Mesh.Model.Tests.Authorization;

/// <summary>The rules of authorization once more, written plainly, in three-valued logic: every policy in turn, every part of it.</summary>
internal static class ReferenceAuthorization
{
    private enum Truth
    {
        False,
        Unknown,
        True,
    }

    public static AuthorizationVerdict Decide(
        IEnumerable<AuthorizationPolicy> policies, AuthorizationDefault standard, TestCall call, bool withDryRuns)
    {
        AuthorizationPolicy[] inForce = [.. InOrder(policies).Where(policy => withDryRuns || !policy.DryRun)];
        AuthorizationPolicy[] allows = [.. inForce.Where(policy => policy.Action == AuthorizationAction.Allow)];
        foreach (AuthorizationPolicy policy in inForce.Where(policy => policy.Action == AuthorizationAction.Deny))
        {
            if (First(policy, call) is { } denied)
            {
                return new(false, AuthorizationReason.Denied, denied);
            }
        }

        if (allows.Length == 0)
        {
            return new(standard == AuthorizationDefault.Allow || (standard == AuthorizationDefault.AuthenticatedOnly && call.Peer is not null), AuthorizationReason.Default);
        }

        foreach (AuthorizationPolicy policy in allows)
        {
            if (First(policy, call) is { } allowed)
            {
                return new(true, AuthorizationReason.Allowed, allowed);
            }
        }

        return new(false, AuthorizationReason.NotAllowed);
    }

    public static IEnumerable<AuthorizationMatch> Audits(IEnumerable<AuthorizationPolicy> policies, TestCall call) =>
        InOrder(policies).Where(policy => policy.Action == AuthorizationAction.Audit).Select(policy => First(policy, call)).OfType<AuthorizationMatch>();

    private static IEnumerable<AuthorizationPolicy> InOrder(IEnumerable<AuthorizationPolicy> policies) =>
        policies.OrderBy(policy => $"{policy.Namespace}/{policy.Name}", StringComparer.Ordinal);

    private static AuthorizationMatch? First(AuthorizationPolicy policy, TestCall call)
    {
        Truth enough = policy.Action == AuthorizationAction.Allow ? Truth.True : Truth.Unknown;
        for (int i = 0; i < policy.Rules.Length; i++)
        {
            if (Of(policy.Rules[i], call) >= enough)
            {
                return new(policy, i);
            }
        }

        return null;
    }

    private static Truth Of(AuthorizationRule rule, TestCall call) => And(
        rule.From.IsEmpty ? Truth.True : Or(rule.From.Select(source => Of(source, call))),
        rule.To.IsEmpty ? Truth.True : Or(rule.To.Select(operation => Of(operation, call))),
        And([.. rule.When.Select(condition => Of(condition, call))]));

    private static Truth Of(AuthorizationSource source, TestCall call)
    {
        string? principal = call.Peer?.ToString()["spiffe://".Length..];
        return And(
            Both(source.Principals, source.NotPrincipals, word => Text(principal, word)),
            Both(source.Namespaces, source.NotNamespaces, word => Text(call.Peer?.Namespace, word)),
            Both(source.TrustDomains, source.NotTrustDomains, word => Text(call.Peer?.TrustDomain, word)),
            Both(source.IpBlocks, source.NotIpBlocks, block => Address(call.From, block)));
    }

    private static Truth Of(AuthorizationOperation operation, TestCall call) => And(
        Both(operation.Methods, operation.NotMethods, word => Text(call.Method, word)),
        Both(operation.Paths, operation.NotPaths, word => Path(call.Path, word)),
        Both(operation.Hosts, operation.NotHosts, word => Host(call.Host, word)),
        Both(operation.Ports, operation.NotPorts, port => call.Port == 0 ? Truth.Unknown : Sure(call.Port == port)),
        Both(operation.Grpc, operation.NotGrpc, match => Or(
            Paths(call.Path).Select(path => Grpc(path.Path, match, path.IsSure ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase, path.IsSure)))),
        Both(operation.Routes, operation.NotRoutes, word => Route(call.Route, word)));

    private static Truth Of(AuthorizationCondition condition, TestCall call) => condition.Key switch
    {
        AuthorizationKey.RequestHeader => And(
            condition.Values.IsEmpty ? Truth.True : Header([.. call.Headers.GetValueOrDefault(condition.Header!).Select(line => line!)], condition.Values),
            condition.NotValues.IsEmpty ? Truth.True : Not(Header([.. call.Headers.GetValueOrDefault(condition.Header!).Select(line => line!)], condition.NotValues))),
        AuthorizationKey.SourceIp => Both(condition.Values, condition.NotValues, block => Address(call.From, IPNetwork.Parse(block))),
        AuthorizationKey.SourcePrincipal => Both(condition.Values, condition.NotValues, word => Text(call.Peer?.ToString()["spiffe://".Length..], word)),
        AuthorizationKey.SourceNamespace => Both(condition.Values, condition.NotValues, word => Text(call.Peer?.Namespace, word)),
        AuthorizationKey.SourceTrustDomain => Both(condition.Values, condition.NotValues, word => Text(call.Peer?.TrustDomain, word)),
        AuthorizationKey.DestinationPort => Both(condition.Values, condition.NotValues, port => call.Port == 0 ? Truth.Unknown : Sure($"{call.Port}" == port)),
        AuthorizationKey.ConnectionSni => Both(condition.Values, condition.NotValues, word => Text(call.ServerName, word)),
        _ => throw new InvalidOperationException(),
    };

    private static Truth Both<T>(ImmutableArray<T> wanted, ImmutableArray<T> excepted, Func<T, Truth> matches) => And(
        wanted.IsEmpty ? Truth.True : Or(wanted.Select(matches)), excepted.IsEmpty ? Truth.True : Not(Or(excepted.Select(matches))));

    private static Truth Text(string? value, string word) => value is null ? Truth.Unknown
        : Takes(word, value) ? Truth.True
        : Takes(word.ToUpperInvariant(), value.ToUpperInvariant()) ? Truth.Unknown : Truth.False;

    /// <summary>As it stands, surely; with any number of slashes at its end and in any case, perhaps.</summary>
    private static Truth Path(string path, string word) => Or(Paths(path).Select(form =>
        form.IsSure ? Sure(Takes(word, form.Path))
        : Takes(word.ToUpperInvariant(), form.Path.ToUpperInvariant()) ? Truth.Unknown : Truth.False));

    private static IEnumerable<(string Path, bool IsSure)> Paths(string path) =>
        Enumerable.Range(0, 4).Select(slashes => (path.TrimEnd('/') + new string('/', slashes), false)).Append((path, true));

    private static Truth Grpc(string path, GrpcMatch match, StringComparison comparison, bool isSure) =>
        path.Split('/') is ["", { Length: > 0 } service, { Length: > 0 } method]
        && (match.Service ?? service).Equals(service, comparison) && (match.Method ?? method).Equals(method, comparison)
            ? isSure ? Truth.True : Truth.Unknown : Truth.False;

    private static Truth Host(string? host, string word) => host is null ? Truth.Unknown
        : Sure(Takes(word.ToUpperInvariant(), (word.Contains(':', StringComparison.Ordinal) ? host : host.Split(':')[0]).ToUpperInvariant()));

    private static Truth Route(string? route, string word)
    {
        if (route is null)
        {
            return Truth.Unknown;
        }

        string[] words = word == "/" ? ["/"] : [word.TrimStart('/'), "/" + word.TrimStart('/')];
        return words.Contains(route) ? Truth.True : words.Contains(route, StringComparer.OrdinalIgnoreCase) ? Truth.Unknown : Truth.False;
    }

    private static Truth Address(string? from, IPNetwork block) =>
        from is null ? Truth.Unknown : Sure(block.Contains(IPAddress.Parse(from.Replace("::ffff:", "", StringComparison.Ordinal))));

    private static Truth Header(string[] lines, ImmutableArray<string> words)
    {
        bool IsSurely(string text) => words.Any(word => Takes(word, text));
        bool MayBe(string text) => words.Any(word => Takes(word.ToUpperInvariant(), text.ToUpperInvariant()));
        return lines.Length > 0 && lines.All(IsSurely) ? Truth.True
            : lines.Any(MayBe) || lines.SelectMany(line => line.Split(',')).Any(part => MayBe(part.Trim()))
                || (lines.Length > 1 && words.Any(word => word.Contains(',', StringComparison.Ordinal))) ? Truth.Unknown
            : Truth.False;
    }

    private static bool Takes(string word, string text) => word == "*" ? text.Length > 0
        : word.StartsWith('*') ? text.EndsWith(word[1..], StringComparison.Ordinal)
        : word.EndsWith('*') ? text.StartsWith(word[..^1], StringComparison.Ordinal)
        : word == text;

    private static Truth Sure(bool isSo) => isSo ? Truth.True : Truth.False;

    private static Truth Not(Truth truth) => (Truth)(Truth.True - truth);

    private static Truth And(params IEnumerable<Truth> all) => all.Append(Truth.True).Min();

    private static Truth Or(IEnumerable<Truth> any) => any.Append(Truth.False).Max();
}
