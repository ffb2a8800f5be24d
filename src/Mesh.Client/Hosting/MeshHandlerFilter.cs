using System.Collections.Concurrent;
using Mesh.Client.Calls;
using Mesh.Client.Telemetry;
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
    ILogger<MeshHandlerFilter> logger) : IHttpMessageHandlerBuilderFilter
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

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
                logger.ClientNotMeshed(client, primary.Name);
            }

            return;
        }

        builder.PrimaryHandler = new MeshHandler(calls.Value, builder.PrimaryHandler);
        IList<DelegatingHandler> handlers = builder.AdditionalHandlers;
        for (int i = handlers.Count - 1; i >= 0; i--)
        {
            Type handler = handlers[i].GetType();
            if (IsServiceDiscovery(handler))
            {
                // It would turn names into addresses, which the mesh, reading the same providers, could do nothing with.
                handlers.RemoveAt(i);
            }
            else if (IsResilience(handler) && _told.TryAdd(client, true))
            {
                logger.ResilienceStacked(client);
            }
        }
    }

    // Both packages are foreign to this one, which therefore knows their handlers by name.
    private static bool IsServiceDiscovery(Type handler) => handler.Assembly.GetName().Name == "Microsoft.Extensions.ServiceDiscovery";

    private static bool IsResilience(Type handler) => handler.FullName == "Microsoft.Extensions.Http.Resilience.ResilienceHandler";
}
