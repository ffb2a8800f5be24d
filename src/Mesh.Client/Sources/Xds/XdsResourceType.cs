using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>A type of resource: what it is called on the wire, and how it is read.</summary>
internal sealed class XdsResourceType
{
    private readonly Func<ByteString, (string Name, object? Value, IEnumerable<XdsFault> Faults)> _read;

    private readonly Func<ByteString, string> _nameOf;

    private XdsResourceType(string url, Func<ByteString, string> nameOf, Func<ByteString, (string, object?, IEnumerable<XdsFault>)> read)
    {
        Url = url;
        _nameOf = nameOf;
        _read = read;
    }

    public static XdsResourceType Listener { get; } = Of(XdsTypes.Listener, Wire.Listener.Parser, listener => listener.Name, ListenerCodec.Decode);

    public static XdsResourceType RouteConfiguration { get; } = Of(
        XdsTypes.RouteConfiguration, Wire.RouteConfiguration.Parser, routes => routes.Name, RouteConfigurationCodec.Decode);

    public static XdsResourceType Cluster { get; } = Of(XdsTypes.Cluster, Wire.Cluster.Parser, cluster => cluster.Name, ClusterCodec.Decode);

    public static XdsResourceType Endpoints { get; } = Of(
        XdsTypes.ClusterLoadAssignment, Wire.ClusterLoadAssignment.Parser, endpoints => endpoints.ClusterName, EndpointsCodec.Decode);

    /// <summary>In the order in which a service is put together from them.</summary>
    public static IReadOnlyList<XdsResourceType> All { get; } = [Listener, RouteConfiguration, Cluster, Endpoints];

    public string Url { get; }

    /// <summary>The type without its package.</summary>
    public string ShortName => Url[(Url.LastIndexOf('.') + 1)..];

    public static XdsResourceType? Find(string url) => All.FirstOrDefault(type => type.Url == url);

    /// <summary>What a resource of this type calls itself.</summary>
    /// <exception cref="InvalidProtocolBufferException">Its bytes are no such resource.</exception>
    public string NameOf(Any resource) => _nameOf(resource.Value);

    /// <summary>Reads a resource. Whatever its bytes are, there is no exception, but a fault.</summary>
    public ParsedResource Parse(string name, Any resource)
    {
        if (resource.TypeUrl != Url)
        {
            return ParsedResource.Bad(new XdsFault("type_url", $"It is '{resource.TypeUrl}', and not {Url}."));
        }

        try
        {
            (string itself, object? value, IEnumerable<XdsFault> faults) = _read(resource.Value);
            return itself != name
                ? ParsedResource.Bad(new XdsFault("name", $"It calls itself '{itself}', and was sent as '{name}'."))
                : new ParsedResource(value, [.. faults]);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            return ParsedResource.Bad(new XdsFault("", $"Its bytes are no {ShortName}: {malformed.Message}"));
        }
    }

    public override string ToString() => ShortName;

    private static XdsResourceType Of<TMessage, TValue>(
        string url, MessageParser<TMessage> parser, Func<TMessage, string> name, Func<TMessage, Decoded<TValue>> decode)
        where TMessage : IMessage<TMessage>
        where TValue : class =>
        new(url, bytes => name(parser.ParseFrom(bytes)), bytes =>
        {
            TMessage message = parser.ParseFrom(bytes);
            Decoded<TValue> decoded = decode(message);
            return (name(message), decoded.Value, decoded.Faults);
        });
}
