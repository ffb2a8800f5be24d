using Microsoft.Extensions.Configuration;

namespace Mesh.Benchmarks.Micro;

/// <summary>Routes told apart by one thing.</summary>
/// <param name="By">The thing.</param>
/// <param name="Counts">How many of them there are, by variant.</param>
/// <param name="Host">The service they belong to.</param>
/// <param name="Other">A match, by number, that is not the call's.</param>
/// <param name="Own">The call's match, which comes last.</param>
internal sealed record RouteKind(string By, int[] Counts, string Host, Func<int, string> Other, string Own)
{
    public static RouteKind Path { get; } = new(
        "path", [1, 1000], HttpCall.Host, i => $$"""{ "Path": "/items/none{{i}}" }""", $$"""{ "Path": "{{HttpCall.Path}}" }""");

    public static RouteKind Method { get; } = new(
        "method", [1, 1000], HttpCall.Host, i => $$"""{ "Methods": ["M{{i}}"] }""", """{ "Methods": ["GET"] }""");

    public static RouteKind GrpcMethod { get; } = new(
        "gRPC method", [1, 1000], GrpcCall.Host, i => Grpc($"Get{i}"), Grpc(GrpcCall.MethodName));

    public static RouteKind Header { get; } = new(
        "header", [1, 10, 100], HttpCall.Host, i => Tenant($"none{i}"), Tenant(HttpCall.Tenant));

    public static RouteKind Regex { get; } = new(
        "regex", [1, 10, 100], HttpCall.Host, i => $$"""{ "PathRegex": "/items/none{{i}}/[0-9]+" }""", """{ "PathRegex": "/items/[0-9]+" }""");

    public static IReadOnlyList<RouteKind> Http { get; } = [Path, Method, Header, Regex];

    public IConfigurationSection Rules(int count) => MeshRules.Routes(Host, [.. Enumerable.Range(0, count - 1).Select(Other), Own]);

    private static string Grpc(string method) => $$"""{ "Grpc": { "Service": "{{GrpcCall.Service}}", "Method": "{{method}}" } }""";

    private static string Tenant(string value) => $$"""{ "Headers": { "{{HttpCall.TenantHeader}}": "{{value}}" } }""";
}
