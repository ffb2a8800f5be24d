using System.Net;
using Mesh.Model;

namespace Mesh.Benchmarks.Micro;

/// <summary>Many rules of all kinds, of which a call matches the last or none.</summary>
internal static class MixedPolicies
{
    public const string Principal = "mesh/ns/shop/sa/web";

    public const string Path = "/api/v1/orders/42/lines";

    private const int RulesOfAPolicy = 20;

    public static AuthorizationRule Own { get; } = new() { From = [new() { Principals = [Principal] }], To = [new() { Paths = ["/api/v1/orders/*"], NotMethods = ["DELETE"] }] };

    /// <summary>By words of all forms, with exceptions, by blocks of addresses.</summary>
    public static AuthorizationRule Mixed(int i) => (i % 8) switch
    {
        0 => new() { From = [new() { Principals = [$"mesh/ns/shop/sa/svc-{i}"] }], To = [new() { Paths = [$"/api/v{i}/*"] }] },
        1 => new() { From = [new() { Principals = [$"*/sa/job-{i}", $"mesh/ns/team-{i}/*"] }], To = [new() { Methods = ["GET"] }] },
        2 => new() { To = [new() { Paths = [$"*.ext{i}"], NotMethods = ["PUT"] }] },
        3 => new() { From = [new() { IpBlocks = [Block(172, i, 24)], NotPrincipals = [Principal] }], To = [new() { NotPaths = [$"/healthz/{i}"] }] },
        4 => new() { From = [new() { Namespaces = [$"team-{i}-*"], NotIpBlocks = [Block(10, i, 16)] }], To = [new() { NotPaths = ["/public/*"] }] },
        5 => new() { From = [new() { NotPrincipals = [$"*/sa/admin-{i}"] }], To = [new() { Paths = [$"/admin/{i}", $"/internal/{i}/*"] }] },
        6 => new() { To = [new() { Grpc = [new() { Service = $"shop.Service{i}" }], NotPorts = [9090] }] },
        _ => new() { To = [new() { Hosts = [$"*.tenant{i}.shop"], NotMethods = ["GET", "HEAD"] }] },
    };

    /// <summary>By what has to be looked at one by one, as with the next.</summary>
    public static AuthorizationRule ByHeader(int i) =>
        new() { When = [new() { Key = AuthorizationKey.RequestHeader, Header = HttpCall.TenantHeader, Values = [$"none{i}"] }] };

    public static AuthorizationRule ByException(int i) => new() { From = [new() { NotPrincipals = [$"*/sa/admin-{i}", "*/sa/web"] }] };

    public static IEnumerable<AuthorizationPolicy> Policies(AuthorizationAction action, IEnumerable<AuthorizationRule> rules) =>
        rules.Chunk(RulesOfAPolicy).Select((some, i) => new AuthorizationPolicy { Name = $"{action}-{i:d4}", Namespace = "shop", Action = action, Rules = [.. some] });

    private static IPNetwork Block(int first, int i, int length) => new(new IPAddress([(byte)first, (byte)(i / 250), (byte)(length == 24 ? i % 250 : 0), 0]), length);
}
