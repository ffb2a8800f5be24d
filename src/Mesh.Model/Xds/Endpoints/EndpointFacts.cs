using System.Collections.Immutable;
using Google.Protobuf;

namespace Mesh.Model.Xds;

/// <summary>
/// What our own metadata says of the endpoints of a resource. Those that say the same share it: endpoints may be many, their versions and
/// labels are few.
/// </summary>
internal sealed class EndpointFacts
{
    private static readonly Entry s_nothing = new(new(), Maps.Empty);

    private readonly Dictionary<ByteString, Entry> _read = [];

    public Entry Of(Wire.Metadata? metadata, XdsField at)
    {
        if (MeshMetadata.Find(metadata) is not { } packed)
        {
            return s_nothing;
        }

        if (!_read.TryGetValue(packed.Value, out Entry? entry))
        {
            Wire.MeshEndpointMetadata message = MeshMetadata.Unpack<Wire.MeshEndpointMetadata>(metadata, at);
            entry = _read[packed.Value] = new Entry(message, Maps.Empty.SetItems(message.Labels));
        }

        return entry;
    }

    /// <param name="Message">Not to be changed.</param>
    /// <param name="Labels">Its labels.</param>
    public sealed record Entry(Wire.MeshEndpointMetadata Message, ImmutableSortedDictionary<string, string> Labels);
}
