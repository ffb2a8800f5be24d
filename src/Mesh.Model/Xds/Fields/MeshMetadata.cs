using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>What xDS has no field for. It stands in the metadata, which clients that do not know it leave alone.</summary>
internal static class MeshMetadata
{
    private const string Key = "mesh";

    /// <summary>Null where there is nothing to say.</summary>
    public static Wire.Metadata? Pack<T>(T message)
        where T : class, IMessage<T> =>
        WireValues.OrNull(message) is null ? null : new() { TypedFilterMetadata = { [Key] = Any.Pack(message) } };

    /// <summary>Empty where another server has said nothing, or something of its own.</summary>
    public static T Unpack<T>(Wire.Metadata? metadata, XdsField resource)
        where T : class, IMessage<T>, new()
    {
        T message = new();
        return metadata is not null && metadata.TypedFilterMetadata.TryGetValue(Key, out Any? packed) && packed.Is(message.Descriptor)
            ? At(resource).Unpack<T>(packed) ?? message
            : message;
    }

    /// <summary>As it was sent, whatever is in it; null: there is none.</summary>
    public static Any? Find(Wire.Metadata? metadata) => metadata?.TypedFilterMetadata.GetValueOrDefault(Key);

    public static XdsField At(XdsField resource) => resource["metadata"][$"typed_filter_metadata[{Key}]"];
}
