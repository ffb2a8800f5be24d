using Google.Protobuf;
using Mesh.Model;
using Mesh.Model.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>Encodes with the codecs that clients decode with.</summary>
internal sealed class CodecEncoder : IResourceEncoder
{
    public EncodedResource Encode(
        ResourceName name, string fullName, MeshService service, long born, ClientProfile profile, ServiceIdentity? caller) =>
        name.Type switch
        {
            ResourceType.Cluster => Bytes(ClusterCodec.Encode(fullName, name.Subset, service, profile, born)),
            ResourceType.Endpoints => Bytes(Named(name.Text, EndpointsCodec.Encode(fullName, name.Subset, service, profile))),
            ResourceType.Listener => Bytes(ListenerCodec.Encode(name.Text, fullName, born, profile)),
            ResourceType.Routes => Bytes(RouteConfigurationCodec.Encode(fullName, service, profile, caller)),
            _ => throw new InvalidOperationException($"No codec is known for {name.Type}."),
        };

    private static Encoded<ClusterLoadAssignment> Named(string name, Encoded<ClusterLoadAssignment> encoded)
    {
        encoded.Message.ClusterName = name;
        return encoded;
    }

    private static EncodedResource Bytes<T>(Encoded<T> encoded)
        where T : class, IMessage<T> => new(Deterministic(encoded.Message), encoded.Gaps);

    // Versions are hashes of the bytes, so that maps must always come in the same order.
    private static ByteString Deterministic(IMessage message)
    {
        using MemoryStream buffer = new(message.CalculateSize());
        using (CodedOutputStream output = new(buffer, leaveOpen: true) { Deterministic = true })
        {
            message.WriteTo(output);
        }

        return ByteString.CopyFrom(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
