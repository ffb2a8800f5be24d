using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>
/// When connections of gRPC clients are mutual TLS by the mesh's own certificates (gRFC A29): they know one answer for all endpoints of a cluster, so it
/// is where the rules say so, or where nobody there takes anything else. A client without certificates refuses such a cluster.
/// </summary>
internal static class GrpcTls
{
    private const string Tls = "envoy.transport_sockets.tls";

    /// <summary>Who a server has to be; null: connections are in plain text, if there are any.</summary>
    public static ImmutableArray<string>? NamesOf(MeshService service, string? subset) =>
        NamesOf(service, [.. ClusterEndpoints.Of(service, subset).Select(entry => entry.Endpoint)]);

    /// <summary>The same, for some of a service's endpoints.</summary>
    public static ImmutableArray<string>? NamesOf(MeshService service, ImmutableArray<MeshEndpoint> endpoints)
    {
        ImmutableArray<string> registered = [.. endpoints.Select(endpoint => endpoint.SpiffeId).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        bool isSaid = service.Tls is { } settings && settings.ModeInForce() is TlsMode.Mesh;
        ImmutableArray<string> names = isSaid && !service.Tls!.SubjectAltNames.IsEmpty ? service.Tls.SubjectAltNames
            : isSaid || (service.Tls is null && endpoints.All(endpoint => endpoint is { Tls: TlsMode.Mesh, TakesPlainText: false, SpiffeId: not null })) ? registered
            : [];
        return names.IsEmpty ? null : names;
    }

    /// <summary>How they are secured; null: they are not.</summary>
    public static Wire.TransportSocket? Encode(MeshService service, string? subset) => NamesOf(service, subset) is not { } names ? null : new()
    {
        Name = Tls,
        TypedConfig = Any.Pack(new Wire.UpstreamTlsContext { CommonTlsContext = IssuedCertificateCodec.Encode(new TlsSettings { SubjectAltNames = names }) }),
    };
}
