using System.Text;
using System.Text.Json;
using Mesh.Benchmarks.Micro;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The mesh as a service has it: with routes, timeouts, retries and ejection, and with someone who reads its metrics.</summary>
internal static class MeshStack
{
    public static HttpMessageHandler Build(Protocol protocol, string[] replicas)
    {
        // Until the process ends.
        _ = Listeners.Metrics();

        ServiceCollection services = new();
        services.AddServiceMesh(Rules(protocol, replicas).GetSection("Mesh"));
        services.AddHttpClient(Answers.Service).SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        return services.BuildServiceProvider().GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Answers.Service);
    }

    private static IConfigurationRoot Rules(Protocol protocol, string[] replicas)
    {
        string match = protocol.IsGrpc
            ? $$"""{ "Grpc": { "Service": "{{Answers.Service}}" } }"""
            : $$"""{ "PathPrefix": "/{{Answers.Service}}", "Methods": ["GET"] }""";
        string rules = $$"""
            {
              "Mesh": {
                "Services": {
                  "{{Answers.Service}}": {
                    "Endpoints": {{JsonSerializer.Serialize(replicas)}},
                    "OutlierDetection": { "ConsecutiveErrors": 5, "BaseEjectionTime": "1s" },
                    "Routes": [
                      { "Name": "testers", "Match": { "Headers": { "x-tester": "true" } }, "Timeout": "10s" },
                      {
                        "Name": "answers", "Match": {{match}},
                        "Timeout": "5s", "Retry": { "Attempts": 2, "PerTryTimeout": "2s" }
                      },
                      { "Name": "rest", "Timeout": "10s" }
                    ]
                  }
                }
              }
            }
            """;
        return new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(rules))).Build();
    }
}
