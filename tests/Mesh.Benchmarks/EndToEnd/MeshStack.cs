using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mesh.Benchmarks.Micro;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>The mesh as a service has it: with routes, timeouts, retries and ejection, and with someone who reads its metrics.</summary>
internal static class MeshStack
{
    // Listens until the process ends.
    private static readonly TcpListener s_mute = new(IPAddress.Loopback, 0);

    /// <param name="protocol">What is spoken.</param>
    /// <param name="replicas">Where.</param>
    /// <param name="identities">Where identities are; null: in plain text.</param>
    public static HttpMessageHandler Build(Protocol protocol, string[] replicas, string? identities = null) =>
        Build(Rules(protocol, replicas, mirror: "", shadow: "", identities));

    /// <summary>With copies to a port that takes connections, and never says a word.</summary>
    public static HttpMessageHandler BuildMirroring(Protocol protocol, string[] replicas)
    {
        s_mute.Start();
        return Build(Rules(
            protocol, replicas, """, "Mirror": [{ "Service": "shadow" }]""", $$""", "shadow": { "Endpoints": ["{{s_mute.LocalEndpoint}}"] }"""));
    }

    private static HttpMessageHandler Build(IConfigurationRoot rules)
    {
        // Until the process ends.
        _ = Listeners.Metrics();

        ServiceCollection services = new();
        services.AddServiceMesh(rules.GetSection("Mesh"));
        services.AddHttpClient(Answers.Service).SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        return services.BuildServiceProvider().GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Answers.Service);
    }

    private static IConfigurationRoot Rules(Protocol protocol, string[] replicas, string mirror, string shadow, string? identities = null)
    {
        string match = protocol.IsGrpc
            ? $$"""{ "Grpc": { "Service": "{{Answers.Service}}" } }"""
            : $$"""{ "PathPrefix": "/{{Answers.Service}}", "Methods": ["GET"] }""";
        string self = identities is null ? "" : $$"""
            "Service": { "Name": "{{Identities.Caller}}" },
            "Identity": { "Directory": {{JsonSerializer.Serialize(Identities.FolderOf(identities, Identities.Caller))}} },
            """;
        string tls = identities is null ? "" : """ "Tls": { "Mode": "Mesh" }, """;
        string rules = $$"""
            {
              "Mesh": {
                {{self}}
                "Services": {
                  "{{Answers.Service}}": {
                    {{tls}}
                    "Endpoints": {{JsonSerializer.Serialize(replicas)}},
                    "OutlierDetection": { "ConsecutiveErrors": 5, "BaseEjectionTime": "1s" },
                    "Routes": [
                      { "Name": "testers", "Match": { "Headers": { "x-tester": "true" } }, "Timeout": "10s" },
                      {
                        "Name": "answers", "Match": {{match}},
                        "Timeout": "5s", "Retry": { "Attempts": 2, "PerTryTimeout": "2s" }{{mirror}}
                      },
                      { "Name": "rest", "Timeout": "10s" }
                    ]
                  }{{shadow}}
                }
              }
            }
            """;
        return new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(rules))).Build();
    }
}
