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
        where T : class, IMessage<T> => new(WireWriter.Bytes(encoded.Message), encoded.Gaps);
}
