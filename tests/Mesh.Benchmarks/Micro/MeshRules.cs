using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace Mesh.Benchmarks.Micro;

/// <summary>The rules that the mesh variants run under, as a user would write them.</summary>
internal static class MeshRules
{
    private const int FewEndpoints = 10;

    public static IReadOnlyList<int> EndpointCounts { get; } = [1, FewEndpoints, 10_000];

    public static IConfigurationSection Endpoints(int count) => Section(HttpCall.Host, Service(count));

    /// <param name="service">The service that they belong to.</param>
    /// <param name="matches">What the routes match, in their order.</param>
    public static IConfigurationSection Routes(string service, IEnumerable<string> matches)
    {
        JsonObject rules = Service(FewEndpoints);
        rules["Routes"] = new JsonArray([.. matches.Select(match => new JsonObject { ["Match"] = JsonNode.Parse(match) })]);
        return Section(service, rules);
    }

    /// <summary>Every policy at work, and a handful of routes of which two ask for a header and the second of these takes the call.</summary>
    public static IConfigurationSection AllHttpPolicies() => Section(HttpCall.Host, AllPolicies($$"""
        [
          { "Name": "testers", "Match": { "PathPrefix": "/items", "Headers": { "x-tester": "true" } }, "Timeout": "10s" },
          { "Name": "writes", "Match": { "PathPrefix": "/items", "Methods": ["POST", "PUT", "DELETE"] }, "Timeout": "5s" },
          { "Name": "reviews", "Match": { "PathPrefix": "/reviews" }, "Timeout": "5s" },
          {
            "Name": "tenant",
            "Match": { "PathPrefix": "/items", "Methods": ["GET"], "Headers": { "{{HttpCall.TenantHeader}}": "{{HttpCall.Tenant}}" } },
            "Timeout": "2s", "Retry": { "Attempts": 2, "On": ["5xx", "reset"], "PerTryTimeout": "500ms" }
          },
          { "Name": "rest", "Timeout": "10s" }
        ]
        """));

    public static IConfigurationSection AllGrpcPolicies() => Section(GrpcCall.Host, AllPolicies($$"""
        [
          { "Name": "testers", "Match": { "Grpc": { "Service": "{{GrpcCall.Service}}" }, "Headers": { "x-tester": "true" } }, "Timeout": "10s" },
          { "Name": "orders", "Match": { "Grpc": { "Service": "shop.Orders" } }, "Timeout": "5s" },
          {
            "Name": "get", "Match": { "Grpc": { "Service": "{{GrpcCall.Service}}", "Method": "{{GrpcCall.MethodName}}" } },
            "Timeout": "2s", "Retry": { "Attempts": 2, "On": ["unavailable", "reset"], "PerTryTimeout": "500ms" }
          },
          { "Name": "rest", "Timeout": "10s" }
        ]
        """));

    private static JsonObject AllPolicies(string routes)
    {
        JsonObject rules = JsonNode.Parse("""
            {
              "RetryBudget": { "Percent": 20, "MinRetryConcurrency": 3, "MinRetriesPerSecond": 10, "Ttl": "10s" },
              "LoadBalancing": { "Policy": "PeakEwma", "DecayTime": "10s" },
              "CircuitBreaker": { "MaxRequests": 1024, "MaxPendingRequests": 1024 },
              "OutlierDetection": { "ConsecutiveErrors": 5, "BaseEjectionTime": "1s", "MaxEjectionTime": "60s", "MaxEjectionPercent": 50 }
            }
            """)!.AsObject();
        rules["Endpoints"] = Addresses(FewEndpoints);
        rules["Routes"] = JsonNode.Parse(routes);
        return rules;
    }

    private static JsonObject Service(int endpoints) => new() { ["Endpoints"] = Addresses(endpoints) };

    private static JsonArray Addresses(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => (JsonNode)$"10.0.{i / 250}.{1 + (i % 250)}:8080")]);

    public static IConfigurationSection Section(string service, JsonObject rules)
    {
        JsonObject document = new() { ["Mesh"] = new JsonObject { ["Services"] = new JsonObject { [service] = rules } } };
        return new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(document.ToJsonString())))
            .Build()
            .GetSection("Mesh");
    }
}
