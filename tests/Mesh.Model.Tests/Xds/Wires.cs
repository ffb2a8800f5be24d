using Google.Protobuf;
using Mesh.Model.Tests.Documents;
using Mesh.Model.Xds;

namespace Mesh.Model.Tests.Xds;

/// <summary>Messages for tests: through bytes, and what they say as text.</summary>
internal static class Wires
{
    /// <summary>What the other side reads.</summary>
    public static T Sent<T>(T message)
        where T : class, IMessage<T>, new() => Read<T>(message.ToByteArray());

    public static T Read<T>(byte[] bytes)
        where T : class, IMessage<T>, new() => new MessageParser<T>(() => new T()).ParseFrom(bytes);

    /// <summary>The value of a resource that nothing is wrong with.</summary>
    public static T Good<T>(Decoded<T> decoded)
        where T : class
    {
        Assert.Empty(decoded.Faults);
        Assert.Empty(decoded.Warnings);
        Assert.True(decoded.IsGood);
        return decoded.Value;
    }

    /// <summary>The paths of a resource's faults.</summary>
    public static IEnumerable<string> Faults<T>(Decoded<T> decoded)
        where T : class
    {
        Assert.Null(decoded.Value);
        Assert.All(decoded.Faults, fault => Assert.NotEmpty(fault.Message));
        return decoded.Faults.Select(fault => fault.Path);
    }

    public static string Dump(MeshService service) => Doc.Dump(new MeshSettings { Services = [service] });

    public static string Dump(IEnumerable<MeshEndpoint> endpoints) => Dump(new MeshService { Endpoints = [.. endpoints] });
}
