using System.Net;
using Mesh.Model;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Mesh.Client.Sources;

/// <summary>One question to the providers: the endpoints of a service for one scheme.</summary>
internal sealed class ServiceDiscoveryQuery(string service, string scheme, IReadOnlyList<IServiceEndpointProvider> providers) : IAsyncDisposable
{
    /// <summary>Asks every provider and adds what they say to <paramref name="answer"/>.</summary>
    /// <exception cref="NotSupportedException">An endpoint is of a kind that cannot be dialled as it stands.</exception>
    public async ValueTask AskAsync(ServiceDiscoveryAnswer answer, CancellationToken cancellationToken)
    {
        Builder builder = new(answer.Changes);
        foreach (IServiceEndpointProvider provider in providers)
        {
            await provider.PopulateAsync(builder, cancellationToken).ConfigureAwait(false);
        }

        foreach (ServiceEndpoint endpoint in builder.Endpoints)
        {
            answer.Add(Translate(endpoint.EndPoint));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IServiceEndpointProvider provider in providers)
        {
            await provider.DisposeAsync().ConfigureAwait(false);
        }
    }

    private MeshEndpoint Translate(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => Plain(ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => Plain(dns.Host, dns.Port),
        UriEndPoint { Uri: { Scheme: "http" or "https", PathAndQuery: "/" } uri } => new MeshEndpoint
        {
            Host = uri.DnsSafeHost,
            Port = uri.Port,
            Scheme = uri.Scheme == Uri.UriSchemeHttps ? EndpointScheme.Https : EndpointScheme.Http,
        },
        _ => throw new NotSupportedException(
            $"Service discovery gave '{endPoint}' for '{service}'. An endpoint is an address and a port, or an http or https URI without a path."),
    };

    private MeshEndpoint Plain(string host, int port) => port > 0
        ? new MeshEndpoint { Host = host, Port = port }
        : new MeshEndpoint
        {
            Host = host,
            Port = scheme == Uri.UriSchemeHttps ? 443 : 80,
            Scheme = scheme == Uri.UriSchemeHttps ? EndpointScheme.Https : EndpointScheme.Http,
        };

    private sealed class Builder(List<IChangeToken> changes) : IServiceEndpointBuilder
    {
        public IList<ServiceEndpoint> Endpoints { get; } = new List<ServiceEndpoint>();

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public void AddChangeToken(IChangeToken changeToken) => changes.Add(changeToken);
    }
}

/// <summary>What the providers said for all schemes together, and how they will tell of a change.</summary>
internal sealed class ServiceDiscoveryAnswer
{
    private readonly Dictionary<string, MeshEndpoint> _endpoints = new(StringComparer.OrdinalIgnoreCase);

    public List<IChangeToken> Changes { get; } = [];

    public IReadOnlyCollection<MeshEndpoint> Endpoints => _endpoints.Values;

    public void Add(MeshEndpoint endpoint) => _endpoints.TryAdd(endpoint.Address, endpoint);
}
