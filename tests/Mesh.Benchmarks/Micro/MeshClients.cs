using Mesh.Benchmarks.Terminals;
using Mesh.Client;
using Mesh.Client.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mesh.Benchmarks.Micro;

/// <summary>The mesh with a terminal for every endpoint's connection.</summary>
internal static class MeshClients
{
    public static HttpMessageHandler Handler(HttpMessageHandler terminal, IConfigurationSection rules) =>
        Services(terminal, rules).BuildServiceProvider().GetRequiredService<IServiceMesh>().CreateHandler();

    public static HttpClient ByFactory(HttpMessageHandler terminal, IConfigurationSection rules)
    {
        IServiceCollection services = Services(terminal, rules);
        services.AddHttpClient(HttpCall.Host, HttpCall.Configure).SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient(HttpCall.Host);
    }

    private static IServiceCollection Services(HttpMessageHandler terminal, IConfigurationSection rules)
    {
        ServiceCollection services = new();
        services.AddServiceMesh(rules);
        return services.Replace(ServiceDescriptor.Singleton<ITransportFactory>(new TerminalTransport(terminal)));
    }
}
