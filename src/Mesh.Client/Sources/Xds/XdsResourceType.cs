using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>A type of resource: what it is called on the wire, and how it is read.</summary>
internal sealed class XdsResourceType
{
    private readonly Func<string, ByteString, ParsedResource> _read;

    private readonly Func<ByteString, (string? Name, string? Error)> _nameOf;

    private XdsResourceType(string url, Func<ByteString, (string?, string?)> nameOf, Func<string, ByteString, ParsedResource> read)
    {
        Url = url;
        _nameOf = nameOf;
        _read = read;
    }

    public static XdsResourceType Listener { get; } = Of<Wire.Listener, XdsListener>(
        XdsTypes.Listener, listener => listener.Name, ListenerCodec.Decode);

    public static XdsResourceType RouteConfiguration { get; } = Of<Wire.RouteConfiguration, XdsRouteConfiguration>(
        XdsTypes.RouteConfiguration, routes => routes.Name, RouteConfigurationCodec.Decode);

    public static XdsResourceType Cluster { get; } = Of<Wire.Cluster, XdsCluster>(
        XdsTypes.Cluster, cluster => cluster.Name, ClusterCodec.Decode);

    public static XdsResourceType Endpoints { get; } = Of<Wire.ClusterLoadAssignment, XdsEndpoints>(
        XdsTypes.ClusterLoadAssignment, endpoints => endpoints.ClusterName, EndpointsCodec.Decode);

    /// <summary>What is different of <see cref="Endpoints"/>, which a config server of our own may send in their place. Nobody asks for it.</summary>
    public static XdsResourceType EndpointsPatch { get; } = Of<Wire.MeshEndpointsPatch, XdsEndpointsPatch>(
        XdsTypes.EndpointsPatch, patch => patch.ClusterName, EndpointsPatchCodec.Decode);

    /// <summary>What a config server of our own says of the calls that reach this process.</summary>
    public static XdsResourceType InboundPolicy { get; } = Of<Wire.MeshInboundPolicy, XdsInboundPolicy>(
        XdsTypes.InboundPolicy, policy => policy.Name, InboundPolicyCodec.Decode);

    /// <summary>And of whom it may believe.</summary>
    public static XdsResourceType TrustBundle { get; } = Of<Wire.MeshTrustBundle, Mesh.Model.Identity.TrustBundle>(
        XdsTypes.TrustBundle, trust => trust.Name, TrustBundleCodec.Decode);

    /// <summary>In the order in which a service is put together from them; then what is said of the process itself.</summary>
    public static IReadOnlyList<XdsResourceType> All { get; } = [Listener, RouteConfiguration, Cluster, Endpoints, InboundPolicy, TrustBundle];

    public string Url { get; }

    /// <summary>The type without its package.</summary>
    public string ShortName => Url[(Url.LastIndexOf('.') + 1)..];

    public static XdsResourceType? Find(string url) => All.FirstOrDefault(type => type.Url == url);

    /// <summary>What a resource of this type calls itself, or why its bytes are none.</summary>
    public (string? Name, string? Error) NameOf(Any resource) => _nameOf(resource.Value);

    /// <summary>Reads a resource. Whatever its bytes are, there is no exception, but a fault.</summary>
    public ParsedResource Parse(string name, Any resource) => resource.TypeUrl == Url
        ? _read(name, resource.Value)
        : ParsedResource.Bad(new XdsFault("type_url", $"It is '{resource.TypeUrl}', and not {Url}."));

    public override string ToString() => ShortName;

    private static XdsResourceType Of<TMessage, TValue>(
        string url, Func<TMessage, string> nameOf, Func<TMessage, Decoded<TValue>> decode)
        where TMessage : class, IMessage<TMessage>, new()
        where TValue : class =>
        new(url, bytes => WireParser.TryParse(bytes, out TMessage? message, out string? error) ? (nameOf(message), null) : (null, error), (name, bytes) =>
        {
            if (!WireParser.TryParse(bytes, out TMessage? message, out string? error))
            {
                return ParsedResource.Bad(new XdsFault("", $"Its bytes are no {typeof(TMessage).Name}: {error}"));
            }

            if (nameOf(message) != name)
            {
                return ParsedResource.Bad(new XdsFault("name", $"It calls itself '{nameOf(message)}', and was sent as '{name}'."));
            }

            Decoded<TValue> decoded = decode(message);
            return new ParsedResource(decoded.Value, decoded.Faults);
        });
}
