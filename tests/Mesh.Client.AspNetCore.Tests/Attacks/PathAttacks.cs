using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>Spellings of a path that is denied, or is not the one that is allowed.</summary>
internal static class PathAttacks
{
    public static IEnumerable<Attack> All =>
    [
        Denied("In other case", "/Admin", "/Adminx"),
        Denied("With a slash behind", "/admin/", "/adminx/"),
        Denied("With several slashes behind", "/admin//", "/adminx//"),
        Denied("With a letter encoded", "/%61dmin", "/%61dminx"),
        Denied("Encoded in other case, with a slash behind", "/%41DMIN/", "/%41DMINX/"),
        Denied("Down and up again", "/x/../admin", "/x/../adminx"),
        Denied("Down and up again, encoded", "/x/%2e%2e/admin", "/x/%2e%2e/adminx"),
        Denied("With a dot in between", "/./admin", "/./adminx"),
        Denied("With another path as its query", "/admin?/public", "/adminx?/public"),
        Attack.Of(Calls.Absolute, "In the absolute form", "http://public.example/admin", "The same of a path that is not denied", "http://public.example/adminx", "403") with { Policies = [Deny(Paths("/admin"))] },
        Unlike("With two slashes in front", "//admin"),
        Unlike("With a parameter behind", "/admin;x=y"),
        Unlike("With a space behind", "/admin%20"),
        Unlike("With an encoded dot behind", "/admin%2e"),
        Unlike("In other case than is allowed", "/Admin"),
        Unlike("As a path that has none", "*", "403", method: "OPTIONS"),
        Ambiguous("An encoded slash", "/public%2fx"),
        Ambiguous("An encoded slash in upper case", "/public%2Fx"),
        Ambiguous("An encoded backslash", "/public%5cx"),
        Ambiguous("A backslash", "/public\\x"),
        Ambiguous("A slash that is encoded twice", "/public%252fx"),
        Ambiguous("A backslash that is encoded twice", "/public%255cx"),
        Ambiguous("A NUL that is encoded twice", "/public%2500x"),
        Ambiguous("A NUL", "/public%00x", null),
    ];

    private static Attack Denied(string name, string target, string twin) =>
        Attack.Of(Calls.Target, $"{name}: `{target}` where `/admin` is denied", target, $"`{twin}`", twin, "403") with { Policies = [Deny(Paths("/admin"))] };

    private static Attack Unlike(string name, string target, string answer = "403", string method = "GET") =>
        Attack.Of(
            async (app, sent) => $"{await Infrastructure.RawCall.StatusAsync(app.Url, sent, method)}",
            $"{name}: `{target}` where `/admin` is allowed", target, "`/admin`", "/admin", answer) with { Policies = [Allow(Paths("/admin"))] };

    private static Attack Ambiguous(string name, string target, string? logged = "CallRefused") =>
        Attack.Of(Calls.Target, $"{name}: `{target}` where `/public*` is allowed", target, "`/public/x`", "/public/x", "400", logged) with { Policies = [Allow(Paths("/public*"))] };
}
