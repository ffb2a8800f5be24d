using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Mesh.Model.Xds;

/// <summary>What gRPC clients can be told of a cluster's endpoints: addresses, or one name alone, all in plain text or all in the mesh's TLS.</summary>
/// <param name="Sent">With priorities that count from 0 without a gap, as those clients demand.</param>
/// <param name="ByDns">The only endpoint, where the client finds its addresses itself.</param>
/// <param name="Gaps">Why others are left out, and what of these does not count.</param>
internal sealed record GrpcEndpoints(ImmutableArray<MeshEndpoint> Sent, MeshEndpoint? ByDns, ImmutableArray<CapabilityGap> Gaps)
{
    private const string NoPlainText =
        "gRPC clients cannot be told of this TLS, only of that of the mesh with the names to expect. They get no endpoints, so that their calls fail instead of going out in plain text.";

    private const string NoOtherSource =
        "No endpoints are given, and gRPC clients have no other source: their calls fail. Give endpoints.";

    private const string WeighsPlaces =
        "gRPC clients weigh places, and not the endpoints within one: this one gets as many calls as the others of its place.";

    public static GrpcEndpoints Of(MeshService service, string? subset)
    {
        IReadOnlyList<(int Index, MeshEndpoint Endpoint)> all = ClusterEndpoints.Of(service, subset);
        bool isSecured = GrpcTls.NamesOf(service, subset) is not null;
        if (!isSecured && SecuredAt(service, all) is { } path)
        {
            // Fails closed: such a client would call in plain text.
            return new([], null, [new(path, NoPlainText)]);
        }

        if (service.Endpoints is null)
        {
            return new([], null, [new("endpoints", NoOtherSource)]);
        }

        if (all is [(_, { Lookup: not EndpointLookup.Services, Scheme: not EndpointScheme.Https } only)] && Address(only) is null)
        {
            return new([], only, []);
        }

        Dictionary<string, (int Index, MeshEndpoint Endpoint)> sent = new(StringComparer.OrdinalIgnoreCase);
        ImmutableArray<CapabilityGap>.Builder gaps = ImmutableArray.CreateBuilder<CapabilityGap>();
        foreach ((int index, MeshEndpoint endpoint) in all)
        {
            string? reason =
                !isSecured && endpoint is { Tls: TlsMode.Mesh, TakesPlainText: false, SpiffeId: not null } ? "takes TLS of the mesh alone, and others of the service do not: gRPC clients know one answer for all"
                : endpoint.Scheme is EndpointScheme.Https ? "is for a TLS of its own, of which gRPC clients cannot be told"
                : endpoint.Protocols is EndpointProtocols.Http1 ? "speaks HTTP/1.1 alone, and gRPC is HTTP/2"
                : Address(endpoint) is not { } address ? "is a name among several endpoints, where gRPC clients take addresses alone"
                : !sent.TryAdd(address.Authority, (index, address)) ? "is listed already, and gRPC clients refuse such a list"
                : null;
            if (reason is not null)
            {
                gaps.Add(new(At(index), $"{endpoint.Address} {reason}. It is left out for them."));
            }
        }

        return new(InSequence([.. sent.Values.Select(entry => entry.Endpoint)]), null, [.. gaps, .. Weighed(sent.Values)]);
    }

    private static IEnumerable<CapabilityGap> Weighed(IEnumerable<(int Index, MeshEndpoint Endpoint)> sent) => sent
        .GroupBy(entry => (entry.Endpoint.Priority, entry.Endpoint.Locality))
        .SelectMany(place => place.Where(entry => entry.Endpoint.Weight != place.First().Endpoint.Weight))
        .Select(entry => new CapabilityGap($"{At(entry.Index)}:weight", WeighsPlaces));

    /// <summary>Where the settings demand TLS; null: nowhere. Who has registered speaks for itself alone.</summary>
    private static string? SecuredAt(MeshService service, IReadOnlyList<(int Index, MeshEndpoint Endpoint)> all) =>
        service.Tls is { } tls && tls.ModeInForce() is not TlsMode.Disabled ? "tls"
        : all.FirstOrDefault(entry => entry.Endpoint is { Tls: not null and not TlsMode.Disabled, SpiffeId: null, TakesPlainText: false }) is (int index, { }) ? $"{At(index)}:tls"
        : null;

    /// <summary>The endpoint by its address; null: it has a name only.</summary>
    private static MeshEndpoint? Address(MeshEndpoint endpoint) =>
        endpoint.Lookup is EndpointLookup.Services ? null
        : endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? endpoint with { Host = IPAddress.Loopback.ToString(), Lookup = EndpointLookup.None }
        : IPAddress.TryParse(endpoint.Host, out _) ? endpoint
        : null;

    private static ImmutableArray<MeshEndpoint> InSequence(ImmutableArray<MeshEndpoint> endpoints)
    {
        List<int> priorities = [.. endpoints.Select(endpoint => endpoint.Priority).Distinct().Order()];
        return [.. endpoints.Select(endpoint => endpoint with { Priority = priorities.IndexOf(endpoint.Priority) })];
    }

    private static string At(int index) => string.Create(CultureInfo.InvariantCulture, $"endpoints:{index}");
}
