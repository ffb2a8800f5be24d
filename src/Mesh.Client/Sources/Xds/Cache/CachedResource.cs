using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>A resource as it came over the wire.</summary>
internal sealed record CachedResource(string Type, string Name, string Version, ByteString Bytes)
{
    /// <summary>With bytes of its own, which do not keep the file's.</summary>
    public Any ToAny() => new() { TypeUrl = Type, Value = ByteString.CopyFrom(Bytes.Span) };
}
