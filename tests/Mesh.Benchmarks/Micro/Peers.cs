using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Benchmarks.Micro;

/// <summary>What .NET offers today for calls between services, as its templates add it.</summary>
internal static class Peers
{
    public static HttpClient Factory(HttpMessageHandler terminal) => Build(terminal, _ => { });

    public static HttpClient Discovery(HttpMessageHandler terminal) => Build(terminal, http => http.AddServiceDiscovery());

    public static HttpClient Resilience(HttpMessageHandler terminal) => Build(terminal, http => http.AddStandardResilienceHandler());

    public static HttpClient DiscoveryAndResilience(HttpMessageHandler terminal) => Build(terminal, http =>
    {
        http.AddStandardResilienceHandler();
        http.AddServiceDiscovery();
    });

    private static HttpClient Build(HttpMessageHandler terminal, Action<IHttpClientBuilder> configure)
    {
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(Endpoints()).Build());
        services.AddServiceDiscovery();
        IHttpClientBuilder http = services
            .AddHttpClient(HttpCall.Host)
            .ConfigurePrimaryHttpMessageHandler(() => terminal)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        configure(http);

        // Last, for the resilience handler also sets the client's timeout.
        http.ConfigureHttpClient(HttpCall.Configure);
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient(HttpCall.Host);
    }

    private static Dictionary<string, string?> Endpoints() => Enumerable.Range(0, 10).ToDictionary(
        i => $"Services:{HttpCall.Host}:http:{i}",
        i => (string?)$"http://127.0.0.1:{5000 + i}");
}
