using System.Collections.Immutable;
using Google.Protobuf;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Xds;

/// <summary>A resource's content.</summary>
/// <param name="Bytes">The message.</param>
/// <param name="Gaps">What its readers cannot honour.</param>
internal sealed record EncodedResource(ByteString Bytes, ImmutableArray<CapabilityGap> Gaps);
