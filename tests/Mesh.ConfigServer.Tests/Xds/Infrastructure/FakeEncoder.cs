using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.ConfigServer.Xds;
using Mesh.Model;
using Mesh.Model.Xds;

namespace Mesh.ConfigServer.Tests.Xds.Infrastructure;

/// <summary>Resources that tests can read: what they are about, and the service's content.</summary>
internal sealed class FakeEncoder : IResourceEncoder
{
    public const string Broken = "broken";

    /// <summary>All that was encoded, in order.</summary>
    public ConcurrentQueue<string> Made { get; } = new();

    /// <summary>Makes resources that large, in bytes.</summary>
    public int Size { get; set; }

    public EncodedResource Encode(
        ResourceName name, string fullName, MeshService service, long born, ClientProfile profile, ServiceIdentity? caller)
    {
        // Listeners say nothing of rules.
        string content = name.Type is ResourceType.Listener ? fullName : service.Name;
        if (content == Broken)
        {
            throw new InvalidOperationException("No word for it.");
        }

        string text = $"{name.Text}={content}{(caller is null ? "" : "@" + caller.Name)}";
        Made.Enqueue($"{name.Type} {text} {profile}");
        return new EncodedResource(
            ByteString.CopyFromUtf8(text.PadRight(Size)),
            profile is ClientProfile.Grpc && name.Type is ResourceType.Routes ? [new CapabilityGap("routes:0", "It is left out.")] : []);
    }
}
