using System.Net;
using Mesh.Model;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Mesh.Client.Sources;

/// <summary>One question to the providers: the endpoints of a service for one scheme.</summary>
internal sealed class ServiceDiscoveryQuery(EndpointScheme scheme, IReadOnlyList<IServiceEndpointProvider> providers) : IAsyncDisposable
{
    /// <summary>Asks every provider and adds what they say to <paramref name="answer"/>.</summary>
    public async ValueTask AskAsync(ServiceDiscoveryAnswer answer, CancellationToken cancellationToken)
    {
        Builder builder = new(answer.Changes);
        foreach (IServiceEndpointProvider provider in providers)
        {
            await provider.PopulateAsync(builder, cancellationToken).ConfigureAwait(false);
        }

        foreach (ServiceEndpoint endpoint in builder.Endpoints)
        {
            if (Translate(endpoint.EndPoint) is { } usable)
            {
                answer.Add(usable);
            }
            else
            {
                answer.Unusable.Add(endpoint.EndPoint.ToString() ?? "");
            }
        }
    }

    /// <summary>Disposes them all, whatever becomes of one.</summary>
    public static async ValueTask DisposeAsync(IEnumerable<IAsyncDisposable> disposables)
    {
        foreach (IAsyncDisposable disposable in disposables)
        {
            try
            {
                await disposable.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Foreign code, which nobody uses any more: there is nothing to be done about it.
            }
        }
    }

    public ValueTask DisposeAsync() => DisposeAsync(providers);

    /// <returns>Null: it is of a kind that cannot be dialled as it stands.</returns>
    private MeshEndpoint? Translate(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => Plain(ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => Plain(dns.Host, dns.Port),
        UriEndPoint { Uri: { Scheme: "http" or "https", PathAndQuery: "/" } uri } => new MeshEndpoint
        {
            Host = uri.DnsSafeHost,
            Port = uri.Port,
            Scheme = uri.Scheme == Uri.UriSchemeHttps ? EndpointScheme.Https : EndpointScheme.Http,
        },
        _ => null,
    };

    private MeshEndpoint Plain(string host, int port) => new()
    {
        Host = host,
        Port = port > 0 ? port : scheme == EndpointScheme.Https ? 443 : 80,
        Scheme = scheme,
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

    /// <summary>Endpoints that cannot be dialled.</summary>
    public SortedSet<string> Unusable { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds an endpoint. One that is given for both schemes does not care which it is called by.</summary>
    public void Add(MeshEndpoint endpoint)
    {
        MeshEndpoint any = endpoint with { Scheme = EndpointScheme.Any };
        bool isOther = _endpoints.TryGetValue(any.Address, out MeshEndpoint? known) && known.Scheme != endpoint.Scheme;
        _endpoints[any.Address] = isOther ? any : endpoint;
    }
}
