using System.Net;
using Mesh.Model.Tests.Authorization;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Model.Tests.Xds;

/// <summary>What a gRPC server does with a call by RBAC filters (gRFC A41).</summary>
internal static class RbacServer
{
    public static bool Allows(IEnumerable<Wire.HttpFilter> filters, TestCall call) => filters.Select(filter => filter.TypedConfig.Unpack<Wire.Filters.RBAC>().Rules)
        .All(rules => rules is null || rules.Policies.Values.Any(policy => Matches(policy, call)) == (rules.Action == Wire.RBAC.Types.Action.Allow));

    private static bool Matches(Wire.Policy policy, TestCall call) =>
        policy.Permissions.Any(permission => Matches(permission, call)) && policy.Principals.Any(principal => Matches(principal, call));

    private static bool Matches(Wire.Permission permission, TestCall call) => permission.RuleCase switch
    {
        Wire.Permission.RuleOneofCase.Any => permission.Any,
        Wire.Permission.RuleOneofCase.AndRules => permission.AndRules.Rules.All(rule => Matches(rule, call)),
        Wire.Permission.RuleOneofCase.OrRules => permission.OrRules.Rules.Any(rule => Matches(rule, call)),
        Wire.Permission.RuleOneofCase.NotRule => !Matches(permission.NotRule, call),
        Wire.Permission.RuleOneofCase.DestinationPort => permission.DestinationPort == call.Port,
        Wire.Permission.RuleOneofCase.UrlPath => Matches(permission.UrlPath.Path, call.Path),
        Wire.Permission.RuleOneofCase.Header => Header(permission.Header.Name, call) is { } value && Matches(permission.Header.StringMatch, value),
        _ => throw new InvalidOperationException($"'{permission.RuleCase}'"),
    };

    private static bool Matches(Wire.Principal principal, TestCall call) => principal.IdentifierCase switch
    {
        Wire.Principal.IdentifierOneofCase.Any => principal.Any,
        Wire.Principal.IdentifierOneofCase.AndIds => principal.AndIds.Ids.All(id => Matches(id, call)),
        Wire.Principal.IdentifierOneofCase.OrIds => principal.OrIds.Ids.Any(id => Matches(id, call)),
        Wire.Principal.IdentifierOneofCase.NotId => !Matches(principal.NotId, call),
        Wire.Principal.IdentifierOneofCase.Authenticated =>
            call.Peer is { } peer && (principal.Authenticated.PrincipalName is not { } name || Matches(name, peer.ToString())),
        Wire.Principal.IdentifierOneofCase.DirectRemoteIp => new IPNetwork(IPAddress.Parse(principal.DirectRemoteIp.AddressPrefix), (int)(principal.DirectRemoteIp.PrefixLen ?? 0))
            .Contains(IPAddress.Parse(call.From!)),
        _ => throw new InvalidOperationException($"'{principal.IdentifierCase}'"),
    };

    private static string? Header(string name, TestCall call) => name switch
    {
        ":method" => call.Method,
        ":authority" => call.Host,
        _ => call.Headers.TryGetValue(name, out var lines) ? lines.ToString() : null,
    };

    private static bool Matches(Wire.StringMatcher matcher, string text)
    {
        StringComparison comparison = matcher.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return matcher.MatchPatternCase switch
        {
            Wire.StringMatcher.MatchPatternOneofCase.Exact => text.Equals(matcher.Exact, comparison),
            Wire.StringMatcher.MatchPatternOneofCase.Prefix => text.StartsWith(matcher.Prefix, comparison),
            Wire.StringMatcher.MatchPatternOneofCase.Suffix => text.EndsWith(matcher.Suffix, comparison),
            Wire.StringMatcher.MatchPatternOneofCase.Contains => text.Contains(matcher.Contains, comparison),
            Wire.StringMatcher.MatchPatternOneofCase.SafeRegex when matcher.SafeRegex.Regex == ".+" => text.Length > 0,
            _ => throw new InvalidOperationException($"'{matcher.MatchPatternCase}'"),
        };
    }
}
