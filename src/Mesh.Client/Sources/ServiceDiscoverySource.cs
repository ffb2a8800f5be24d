using Mesh.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace Mesh.Client.Sources;

/// <summary>The endpoints that the application's Microsoft.Extensions.ServiceDiscovery providers know. They have no rules.</summary>
internal sealed class ServiceDiscoverySource(
    IEnumerable<IServiceEndpointProviderFactory> factories,
    TimeProvider time,
    ILogger<ServiceDiscoverySource> logger) : IMeshSource
{
    // A provider answers for one scheme at a time, and may have different endpoints for each.
    private static readonly (string Text, EndpointScheme Scheme)[] s_schemes = [(Uri.UriSchemeHttp, EndpointScheme.Http), (Uri.UriSchemeHttps, EndpointScheme.Https)];

    private readonly IServiceEndpointProviderFactory[] _factories = [.. factories];

    public string Name => "service discovery";

    public IDisposable Follow(string service, Action<SourceAnswer> observer)
    {
        if (_factories.Length > 0)
        {
            return new ServiceDiscoveryWatch(service, () => QueriesFor(service), observer, time, logger);
        }

        observer(SourceAnswer.NotKnown);
        return new NothingToFollow();
    }

    private List<ServiceDiscoveryQuery> QueriesFor(string service)
    {
        List<ServiceDiscoveryQuery> queries = [];
        foreach ((string text, EndpointScheme scheme) in s_schemes)
        {
            if (ServiceEndpointQuery.TryParse($"{text}://{service}", out ServiceEndpointQuery? query) && ProvidersFor(query) is { Count: > 0 } providers)
            {
                queries.Add(new ServiceDiscoveryQuery(scheme, providers));
            }
        }

        return queries;
    }

    private List<IServiceEndpointProvider> ProvidersFor(ServiceEndpointQuery query)
    {
        List<IServiceEndpointProvider> providers = [];
        foreach (IServiceEndpointProviderFactory factory in _factories)
        {
            if (factory.TryCreateProvider(query, out IServiceEndpointProvider? provider) && !IsPassThrough(provider))
            {
                providers.Add(provider);
            }
        }

        return providers;
    }

    // The pass-through provider answers every name with the name itself, which says nothing. Its type is internal; this is the name
    // that it gives itself in logs.
    private static bool IsPassThrough(IServiceEndpointProvider provider) => provider.ToString() == "Pass-through";

    private sealed class NothingToFollow : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
