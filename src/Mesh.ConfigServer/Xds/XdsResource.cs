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

    /// <param name="name">As it is asked for.</param>
    /// <param name="service">The full name of the service that it belongs to.</param>
    /// <param name="type">Its type.</param>
    /// <param name="encoded">Its content.</param>
    public XdsResource(string name, string service, ResourceType type, EncodedResource encoded)
    {
        ByteString bytes = encoded.Bytes;
        Name = name;
        Service = service;
        Gaps = encoded.Gaps;
        Version = Convert.ToHexStringLower(SHA256.HashData(bytes.Span).AsSpan(0, VersionBytes));
        Fingerprint = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {Version}")));
        Body = new Any { TypeUrl = type.Url(), Value = bytes };
        Wrapped = new Wire.Resource { Name = name, Version = Version, Resource_ = Body };
        Size = Wrapped.CalculateSize();
    }

    public string Name { get; }

    public string Service { get; }

    /// <summary>A hash of the content, the same on every server: the first 16 hexadecimal digits of its SHA-256.</summary>
    public string Version { get; }

    /// <summary>A hash of name and version.</summary>
    public ulong Fingerprint { get; }

    public Any Body { get; }

    /// <summary>With name and version, as incremental streams send it.</summary>
    public Wire.Resource Wrapped { get; }

    /// <summary>In bytes.</summary>
    public int Size { get; }

    /// <summary>What its readers cannot honour.</summary>
    public ImmutableArray<CapabilityGap> Gaps { get; }
}
