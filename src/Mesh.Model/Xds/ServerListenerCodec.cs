using System.Net;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>
/// How a gRPC server treats those who call it (gRFCs A36, A29, A41), as Istio says it: one chain for all connections, what is denied first, then what is
/// allowed. It has TLS where callers have to prove who they are, and plain text where they need not: it cannot take both.
/// </summary>
internal static class ServerListenerCodec
{
    /// <summary>
    /// What servers ask by, with the address they listen at: the template <c>grpc/server?xds.resource.listening_address=%s</c> of a bootstrap.
    /// </summary>
    public const string NamePrefix = "grpc/server?xds.resource.listening_address=";

    private const string Manager = "envoy.filters.network.http_connection_manager";
    private const string Tls = "envoy.transport_sockets.tls";
    private const string Inbound = "inbound";

    /// <param name="name">As it is asked for.</param>
    /// <param name="policies">Those that are for the server.</param>
    /// <param name="standard">What holds where none of them allows anything.</param>
    /// <param name="modeOf">What a listener at a port asks of its callers.</param>
    /// <returns>Null: the name has no address with a port.</returns>
    public static Encoded<Wire.Listener>? Encode(
        string name, IReadOnlyList<AuthorizationPolicy> policies, AuthorizationDefault standard, Func<int, InboundTls> modeOf)
    {
        if (!name.StartsWith(NamePrefix, StringComparison.Ordinal) || !IPEndPoint.TryParse(name[NamePrefix.Length..], out IPEndPoint? address) || address.Port == 0)
        {
            return null;
        }

        InboundTls mode = modeOf(address.Port);
        (IReadOnlyList<Wire.HttpFilter> filters, IReadOnlyList<CapabilityGap> gaps) = RbacCodec.Encode(policies, standard);
        Wire.HttpConnectionManager manager = new()
        {
            StatPrefix = Inbound,
            RouteConfig = new()
            {
                Name = Inbound,
                VirtualHosts =
                {
                    new Wire.VirtualHost
                    {
                        Name = Inbound, Domains = { "*" },
                        Routes = { new Wire.Route { Match = new() { Prefix = "/" }, NonForwardingAction = new() } },
                    },
                },
            },
            HttpFilters = { filters, new Wire.HttpFilter { Name = FilterConfigs.RouterFilter, TypedConfig = Any.Pack(new Wire.Router()) } },
        };
        Wire.Listener listener = new()
        {
            Name = name,
            Address = new() { SocketAddress = new() { Address = address.Address.ToString(), PortValue = (uint)address.Port } },
            FilterChains =
            {
                new Wire.FilterChain
                {
                    Name = Inbound, Filters = { new Wire.Filter { Name = Manager, TypedConfig = Any.Pack(manager) } },
                    TransportSocket = mode is InboundTls.Strict ? MutualTls() : null,
                },
            },
        };
        return new(listener, [.. gaps, .. mode is InboundTls.Permissive && policies.Count > 0 ? s_plainText : []]);
    }

    private static readonly CapabilityGap[] s_plainText =
        [new("PeerAuthentication", "gRPC servers take either TLS or plain text: this one takes plain text, and no caller proves who it is, until it is Strict.")];

    private static Wire.TransportSocket MutualTls() => new()
    {
        Name = Tls,
        TypedConfig = Any.Pack(new Wire.DownstreamTlsContext { CommonTlsContext = IssuedCertificateCodec.Encode(new TlsSettings()), RequireClientCertificate = true }),
    };
}
