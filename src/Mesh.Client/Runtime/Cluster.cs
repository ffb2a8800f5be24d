using System.Collections.Immutable;
using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>A service's endpoints, or a subset of them, as the target of calls. It lives as long as the service; what it holds is swapped.</summary>
internal sealed class Cluster(MeshedService service, string? subset)
{
    private volatile EndpointSets? _sets;

    public MeshedService Service => service;

    /// <summary>Null: all endpoints.</summary>
    public string? Subset => subset;

    /// <summary>Whether any of the endpoints takes calls of the scheme.</summary>
    public bool Takes(string scheme) => (scheme == Uri.UriSchemeHttps ? _sets?.All.Https : scheme == Uri.UriSchemeHttp ? _sets?.All.Http : null) is { Count: > 0 };

    /// <summary>So few endpoints are ready that others get calls, too.</summary>
    public bool IsInPanic => _sets is { IsInPanic: true };

    /// <summary>Picks an endpoint that takes calls of the URI's scheme by the request's protocol; null where there is none.</summary>
    public Endpoint? Pick(bool isHttps, HttpRequestMessage request, long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        isProbe = false;
        return _sets?.For(isHttps, request).Pick(now, tried, out isProbe);
    }

    /// <summary>Picks the endpoint of a key among those that <see cref="Pick"/> picks from; null where there is none.</summary>
    public Endpoint? PickFor(ulong key, bool isHttps, HttpRequestMessage request, long now, ReadOnlySpan<Endpoint> tried, out bool isProbe)
    {
        isProbe = false;
        return _sets?.For(isHttps, request).PickFor(key, now, tried, out isProbe);
    }

    /// <summary>Why no endpoint takes the request, where there are some that would if it went by another protocol; else null.</summary>
    public string? WrongProtocol(bool isHttps, HttpRequestMessage request) =>
        _sets is not { } sets || sets.All.For(isHttps).Count == 0 || sets.For(isHttps, request).Count > 0 ? null
        : RequestProtocols.AreHttp2(request)
            ? "its endpoints speak HTTP/1.1 alone, and the request goes by HTTP/2 alone, as gRPC calls do and others by their Version and VersionPolicy. Have the service listen for HTTP/2, too."
            : "its endpoints speak HTTP/2 alone, and the request goes by HTTP/1.1. Give the request, or the client, Version 2.0 and the VersionPolicy RequestVersionExact, or have the service listen for HTTP/1.1, too.";

    /// <summary>Takes the service's endpoints and rules as they are now. Called by the service, one call at a time.</summary>
    public void Rebuild(ImmutableArray<Endpoint> endpoints, MeshService settings)
    {
        if (subset is not null)
        {
            MeshSubset wanted = MeshSubset.Named(settings, subset);
            endpoints = [.. endpoints.Where(endpoint => wanted.Contains(endpoint.Description))];
        }

        _sets = new EndpointSets(endpoints, settings, _sets);
    }
}
