using System.Text.Json.Nodes;
using Mesh.Benchmarks.Micro;
using Microsoft.Extensions.Configuration;

namespace Mesh.Benchmarks.Tail;

/// <summary>The rules that the variants run under, as a user would write them.</summary>
internal static class TailRules
{
    /// <summary>In every variant: without it, a call to a backend that falls behind for ever would never end.</summary>
    private const string Timeout = "1s";

    /// <summary>A balancer and nothing else: no retries, no ejection.</summary>
    public static IConfigurationSection BalancerAlone(string policy)
    {
        JsonObject rules = Balancer(policy);
        rules["OutlierDetection"] = new JsonObject { ["ConsecutiveErrors"] = 0 };
        rules["Routes"]![0]!["Retry"] = new JsonObject { ["Attempts"] = 0 };
        return MeshRules.Section(HttpCall.Host, rules);
    }

    /// <summary>Everything else as it is by default: one retry within the budgets, ejection after five failures in a row.</summary>
    public static IConfigurationSection WithDefaults(string policy) => MeshRules.Section(HttpCall.Host, Balancer(policy));

    private static JsonObject Balancer(string policy) => new()
    {
        ["Endpoints"] = new JsonArray([.. Enumerable.Range(0, Fleet.Size).Select(i => (JsonNode)BackendTransport.AddressOf(i))]),
        ["LoadBalancing"] = new JsonObject { ["Policy"] = policy },
        ["Routes"] = new JsonArray(new JsonObject { ["Name"] = "all", ["Timeout"] = Timeout }),
    };
}
