using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>A resource ready to be sent, shared by all streams.</summary>
internal sealed class XdsResource
{
    private const int VersionBytes = 8;

    private readonly Lazy<XdsBody> _whole;
    private readonly EndpointHistory? _history;

    /// <param name="name">As it is asked for.</param>
    /// <param name="service">The full name of the service that it belongs to.</param>
    /// <param name="type">Its type.</param>
    /// <param name="encoded">Its content, whose hash is its version.</param>
    public XdsResource(string name, string service, ResourceType type, EncodedResource encoded)
        : this(
            name, service, type, Convert.ToHexStringLower(SHA256.HashData(encoded.Bytes.Span).AsSpan(0, VersionBytes)), () => encoded.Bytes,
            encoded.Gaps)
    {
    }

    /// <summary>Endpoints, which as a rule nobody is sent as a whole once all have them.</summary>
    /// <param name="service">The full name of the service, which is that of the resource.</param>
    /// <param name="history">Knows their version, and what is different from others.</param>
    /// <param name="encode">Makes the content, when it is first sent.</param>
    public XdsResource(string service, EndpointHistory history, Func<ByteString> encode)
        : this(service, service, ResourceType.Endpoints, history.Version, encode, []) => _history = history;

    private XdsResource(
        string name, string service, ResourceType type, string version, Func<ByteString> encode, ImmutableArray<CapabilityGap> gaps)
    {
        Name = name;
        Service = service;
        Gaps = gaps;
        Version = version;
        Fingerprint = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {Version}")));
        _whole = new Lazy<XdsBody>(() => Wrap(type.Url(), encode()));
    }

    public string Name { get; }

    public string Service { get; }

    /// <summary>
    /// A hash of the content, the same on every server: of a service's endpoints for clients of our own what
    /// <see cref="EndpointHistory"/> says, else the first 16 hexadecimal digits of its SHA-256.
    /// </summary>
    public string Version { get; }

    /// <summary>A hash of name and version.</summary>
    public ulong Fingerprint { get; }

    public Any Body => Whole.Message.Resource_;

    public XdsBody Whole => _whole.Value;

    /// <summary>What its readers cannot honour.</summary>
    public ImmutableArray<CapabilityGap> Gaps { get; }

    /// <summary>What is different from another version; null: that is not known, or no less than the whole.</summary>
    public XdsBody? PatchFrom(string version) => _history?.PatchFrom(version, bytes => Wrap(XdsTypes.EndpointsPatch, bytes));

    private XdsBody Wrap(string url, ByteString bytes) =>
        new(new Wire.Resource { Name = Name, Version = Version, Resource_ = new Any { TypeUrl = url, Value = bytes } });
}
