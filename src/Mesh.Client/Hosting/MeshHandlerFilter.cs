using System.Collections.Concurrent;
using Mesh.Client.Calls;
using Mesh.Client.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting;

/// <summary>
/// Puts the mesh around the primary handler of each client that <see cref="IHttpClientFactory"/> makes. Filters run after everything
/// that configures a client, so this sees the handler that the client would have used.
/// </summary>
internal sealed class MeshHandlerFilter(
    Lazy<CallPool> calls,
    IOptionsMonitor<MeshClientOptions> options,
    IServiceProvider services) : IHttpMessageHandlerBuilderFilter
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    // Asked for when there is something to say: a logging provider may need the factory that needs this filter.
    private ILogger Logger => services.GetRequiredService<ILogger<MeshHandlerFilter>>();

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (!options.Get(builder.Name).IsRemoved)
        {
            Wrap(builder);
        }
    };

    private void Wrap(HttpMessageHandlerBuilder builder)
    {
        string client = builder.Name ?? "";
        Type primary = builder.PrimaryHandler.GetType();
        if (primary != typeof(SocketsHttpHandler) && primary != typeof(HttpClientHandler))
        {
            // A test's stub, or a transport of the user's own: it knows best.
            if (_told.TryAdd(client, true))
            {
                Logger.ClientNotMeshed(client, primary.Name);
            }

            return;
        }

        HttpMessageHandler outside = builder.PrimaryHandler;
        IList<DelegatingHandler> handlers = builder.AdditionalHandlers;
        for (int i = handlers.Count - 1; i >= 0; i--)
        {
            DelegatingHandler handler = handlers[i];
            if (IsServiceDiscovery(handler.GetType()))
            {
                // It would turn names into addresses, which the mesh, reading the same providers, could do nothing with. Below the mesh
                // it goes on to resolve what the mesh does not ask for, such as http://_admin.catalog.
                handlers.RemoveAt(i);
                handler.InnerHandler = outside;
                outside = handler;
            }
            else if (IsResilience(handler.GetType()) && _told.TryAdd(client, true))
            {
                Logger.ResilienceStacked(client);
            }
        }

        builder.PrimaryHandler = new MeshHandler(calls, outside);
    }

    // Both packages are foreign to this one, which therefore knows their handlers by name.
    private static bool IsServiceDiscovery(Type handler) => handler.Assembly.GetName().Name == "Microsoft.Extensions.ServiceDiscovery";

    private static bool IsResilience(Type handler) => handler.FullName == "Microsoft.Extensions.Http.Resilience.ResilienceHandler";
}
