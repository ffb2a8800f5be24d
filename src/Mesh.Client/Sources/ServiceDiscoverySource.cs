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
            return new ServiceDiscoveryWatch(service, () => QueriesForAsync(service), observer, time, logger);
        }

        observer(SourceAnswer.NotKnown);
        return new NothingToFollow();
    }

    private async Task<IReadOnlyList<ServiceDiscoveryQuery>> QueriesForAsync(string service)
    {
        List<ServiceDiscoveryQuery> queries = [];
        List<IServiceEndpointProvider> made = [];
        try
        {
            foreach ((string text, EndpointScheme scheme) in s_schemes)
            {
                if (!ServiceEndpointQuery.TryParse($"{text}://{service}", out ServiceEndpointQuery? query))
                {
                    continue;
                }

                int before = made.Count;
                foreach (IServiceEndpointProviderFactory factory in _factories)
                {
                    if (!factory.TryCreateProvider(query, out IServiceEndpointProvider? provider))
                    {
                        continue;
                    }

                    if (IsPassThrough(provider))
                    {
                        await ServiceDiscoveryQuery.DisposeAsync([provider]).ConfigureAwait(false);
                    }
                    else
                    {
                        made.Add(provider);
                    }
                }

                if (made.Count > before)
                {
                    queries.Add(new ServiceDiscoveryQuery(scheme, made[before..]));
                }
            }
        }
        catch
        {
            // It will be tried again, with new ones.
            await ServiceDiscoveryQuery.DisposeAsync(made).ConfigureAwait(false);
            throw;
        }

        return queries;
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
