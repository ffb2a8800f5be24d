using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Benchmarks.EndToEnd;

/// <summary>What .NET offers today for calls between services, as its templates add it.</summary>
internal static class DiscoveryStack
{
    public static HttpMessageHandler Build(string[] replicas)
    {
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(Endpoints(replicas)).Build());
        services.AddServiceDiscovery();
        IHttpClientBuilder client = services.AddHttpClient(Answers.Service).SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        client.AddStandardResilienceHandler();
        client.AddServiceDiscovery();
        return services.BuildServiceProvider().GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Answers.Service);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Endpoints(string[] replicas) =>
        replicas.Select((replica, i) => KeyValuePair.Create($"Services:{Answers.Service}:http:{i}", (string?)$"http://{replica}"));
}
