using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>A service's endpoints, or a subset of them, as the target of calls. It lives as long as the service; what it holds is swapped.</summary>
internal sealed class Cluster(MeshedService service, string? subset)
{
    private volatile Sets? _sets;

    public MeshedService Service => service;

    /// <summary>Null: all endpoints.</summary>
    public string? Subset => subset;

    /// <summary>Whether any of the endpoints takes calls of the scheme.</summary>
    public bool Takes(string scheme) => (scheme == Uri.UriSchemeHttps ? _sets?.Https : scheme == Uri.UriSchemeHttp ? _sets?.Http : null) is { Count: > 0 };

    /// <summary>So few endpoints are ready that others get calls, too.</summary>
    public bool IsInPanic => _sets is { } sets && (sets.Http.IsInPanic || sets.Https.IsInPanic);

    /// <summary>Picks an endpoint that takes calls of the URI's scheme; null where there is none.</summary>
    public Endpoint? Pick(bool isHttps, long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        isProbe = false;
        Sets? sets = _sets;
        return (isHttps ? sets?.Https : sets?.Http)?.Pick(now, tried, out isProbe);
    }

    /// <summary>Picks the endpoint of a key among those that take calls of the URI's scheme; null where there is none.</summary>
    public Endpoint? PickFor(ulong key, bool isHttps, long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        isProbe = false;
        Sets? sets = _sets;
        return (isHttps ? sets?.Https : sets?.Http)?.PickFor(key, now, tried, out isProbe);
    }

    /// <summary>Takes the service's endpoints and rules as they are now. Called by the service, one call at a time.</summary>
    public void Rebuild(ImmutableArray<Endpoint> endpoints, MeshService settings)
    {
        if (subset is not null)
        {
            MeshSubset wanted = MeshSubset.Named(settings, subset);
            endpoints = [.. endpoints.Where(endpoint => wanted.Contains(endpoint.Description))];
        }

        Sets? previous = _sets;
        EndpointSet http = new(ForHttp(endpoints), settings, previous?.Http);

        // As a rule endpoints do not care for the scheme, and one set serves both.
        _sets = endpoints.All(endpoint => endpoint.Description.Scheme == EndpointScheme.Any)
            ? new Sets(http, http)
            : new Sets(http, new EndpointSet(ForHttps(endpoints), settings, previous?.Https));
    }

    private static ImmutableArray<Endpoint> ForHttps(ImmutableArray<Endpoint> endpoints) =>
        [.. endpoints.Where(endpoint => endpoint.Description.Scheme != EndpointScheme.Http)];

    // Where connections have to be over TLS, calls by http go to endpoints for https too. Those for http have none, where a service is listed
    // with both.
    private static ImmutableArray<Endpoint> ForHttp(ImmutableArray<Endpoint> endpoints)
    {
        bool hasSecure = endpoints.Any(endpoint => endpoint.Description.Scheme == EndpointScheme.Https && endpoint.Transport.IsSecure);
        return
        [
            .. endpoints.Where(endpoint => endpoint.Description.Scheme switch
            {
                EndpointScheme.Https => endpoint.Transport.IsSecure,
                EndpointScheme.Http => !(hasSecure && endpoint.Transport.IsSecure),
                _ => true,
            }),
        ];
    }

    private sealed record Sets(EndpointSet Http, EndpointSet Https);
}
