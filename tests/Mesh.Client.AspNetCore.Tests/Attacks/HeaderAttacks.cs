using System.Collections.Immutable;
using Mesh.Model;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>Headers and methods that are written so that two readers differ.</summary>
internal static class HeaderAttacks
{
    public static IEnumerable<Attack> All =>
    [
        NotAllowed("Twice, with another value", "x-tier: gold; x-tier: silver", "x-tier: gold; x-tier: gold"),
        NotAllowed("With another value behind a comma", "x-tier: gold,silver", "x-tier: gold"),
        NotAllowed("Empty", "x-tier:", "x-tier: gold"),
        NotAllowed("With an underscore", "x_tier: gold", "x-tier: gold"),
        NotAllowed("In other case", "x-tier: Gold", "x-tier: gold"),
        NotAllowed("Left out", "x-other: gold", "x-tier: gold"),
        Denied("Twice, with another value first", "x-tier: open; x-tier: barred", "x-tier: open; x-tier: open"),
        Denied("Behind a comma", "x-tier: open, barred", "x-tier: open, open"),
        Denied("In other case", "X-TIER: BARRED", "X-TIER: OPEN"),
        Attack.Of(Calls.Method, "A method in lower case where it is denied", "delete", "Another in lower case", "patch", "403") with { Policies = [Deny(Methods("DELETE"))] },
        Attack.Of(Calls.Method, "A method in lower case where it is allowed in upper", "get", "In upper case", "GET", "403") with { Policies = [Allow(Methods("GET"))] },
        Attack.Of(
            async (app, method) => $"{await Infrastructure.RawCall.StatusAsync(app.Url, "/", method, headers: "X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n")}",
            "A header that says the method is the allowed one", "POST", "The same header, with that method", "GET", "403") with { Policies = [Allow(Methods("GET"))] },
        Attack.Of(
            async (app, target) => $"{await Infrastructure.RawCall.StatusAsync(app.Url, target, headers: "X-Original-URL: /public\r\nX-Rewrite-URL: /public\r\n")}",
            "Headers that say the path is an allowed one", "/admin", "The same headers, with that path", "/public", "403") with { Policies = [Allow(Paths("/public"))] },
    ];

    private static Attack NotAllowed(string name, string headers, string twin) =>
        Attack.Of(Calls.Headers, $"{name}: `{headers}` where `x-tier: gold` is allowed", headers, $"`{twin}`", twin, "403") with { Policies = [Allow(Tier("gold"))] };

    private static Attack Denied(string name, string headers, string twin) =>
        Attack.Of(Calls.Headers, $"{name}: `{headers}` where `x-tier: barred` is denied", headers, $"`{twin}`", twin, "403") with { Policies = [Deny(Tier("barred"))] };

    private static AuthorizationRule Tier(string value) => new() { When = [new() { Key = AuthorizationKey.RequestHeader, Header = "x-tier", Values = [value] }] };

    private static AuthorizationRule Methods(params ImmutableArray<string> methods) => new() { To = [new() { Methods = methods }] };
}
