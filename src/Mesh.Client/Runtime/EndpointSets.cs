using System.Collections.Immutable;
using Mesh.Client.Transport;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>The endpoints of a cluster, in sets by what a call can use. Immutable.</summary>
internal sealed class EndpointSets
{
    // As a rule endpoints speak everything, and these are not there.
    private readonly SchemeSets? _http1;
    private readonly SchemeSets? _http2;
    private readonly SchemeSets? _agreed;

    public EndpointSets(ImmutableArray<Endpoint> endpoints, MeshService settings, EndpointSets? previous)
    {
        // As a rule endpoints do not care for the scheme: then nothing is copied.
        bool isOne = endpoints.All(endpoint => endpoint.Description.Scheme == EndpointScheme.Any);
        ImmutableArray<Endpoint> http = isOne ? endpoints : ForHttp(endpoints);
        ImmutableArray<Endpoint> https = isOne ? endpoints : [.. endpoints.Where(endpoint => endpoint.Description.Scheme != EndpointScheme.Http)];
        All = new SchemeSets(http, https, settings, previous?.All);
        if (endpoints.Any(endpoint => endpoint.Description.Protocols != EndpointProtocols.All))
        {
            _http1 = Part([.. http.Where(SpeaksHttp1)], [.. https.Where(SpeaksHttp1)], previous?._http1);
            _http2 = Part([.. http.Where(SpeaksHttp2)], [.. https.Where(SpeaksHttp2)], previous?._http2);
            _agreed = Part([.. http.Where(endpoint => IsSecure(endpoint) || SpeaksHttp1(endpoint))], https, previous?._agreed);
        }

        // Processes that register have one protocol more often than not, the same for all of a service.
        SchemeSets Part(ImmutableArray<Endpoint> http, ImmutableArray<Endpoint> https, SchemeSets? before) =>
            http.Length == All.Http.Count && https.Length == All.Https.Count ? All : new SchemeSets(http, https, settings, before);
    }

    /// <summary>Whatever protocols they speak.</summary>
    public SchemeSets All { get; }

    /// <summary>So few endpoints of some protocol are ready that others of it get calls, too.</summary>
    public bool IsInPanic => All.IsInPanic || _http1 is { IsInPanic: true } || _http2 is { IsInPanic: true } || _agreed is { IsInPanic: true };

    /// <summary>Those that a request can go to.</summary>
    public EndpointSet For(bool isHttps, HttpRequestMessage request) => (_http1 is null ? All : Speaking(request)).For(isHttps);

    private SchemeSets Speaking(HttpRequestMessage request) =>
        (RequestProtocols.AreHttp2(request) ? _http2 : RequestProtocols.AreHttp1(request) ? _http1 : _agreed)!;

    private static bool SpeaksHttp1(Endpoint endpoint) => endpoint.Description.Protocols != EndpointProtocols.Http2;

    private static bool SpeaksHttp2(Endpoint endpoint) => endpoint.Description.Protocols != EndpointProtocols.Http1;

    private static bool IsSecure(Endpoint endpoint) => endpoint.Settings.Security.IsRequired;

    // Where connections have to be over TLS, calls by http go to endpoints for https too. Those for http have none, where a service is listed
    // with both.
    private static ImmutableArray<Endpoint> ForHttp(ImmutableArray<Endpoint> endpoints)
    {
        bool hasSecure = endpoints.Any(endpoint => endpoint.Description.Scheme == EndpointScheme.Https && IsSecure(endpoint));
        return
        [
            .. endpoints.Where(endpoint => endpoint.Description.Scheme switch
            {
                EndpointScheme.Https => IsSecure(endpoint),
                EndpointScheme.Http => !(hasSecure && IsSecure(endpoint)),
                _ => true,
            }),
        ];
    }
}
