using Google.Protobuf;

namespace Mesh.Model.Tests.Xds;

/// <summary>Messages that protoc has encoded.</summary>
internal static class Golden
{
    public static byte[] Bytes(string name) => Convert.FromHexString(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Mesh.Model.Tests", "Xds", "Golden", name + ".hex")).Trim());

    public static T Read<T>(string name)
        where T : class, IMessage<T>, new() => Wires.Read<T>(Bytes(name));

    /// <summary>What is written again of what was read; what no field is known for is dropped, where it is carried along otherwise.</summary>
    public static byte[] Rewritten(string name, MessageParser parser) =>
        parser.WithDiscardUnknownFields(true).ParseFrom(Bytes(name)).ToByteArray();
}
