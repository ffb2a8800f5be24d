using Google.Protobuf;

namespace Mesh.Model.Tests.Xds;

/// <summary>Messages that protoc has encoded.</summary>
internal static class Golden
{
    public static byte[] Bytes(string name) => Convert.FromHexString(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Mesh.Model.Tests", "Xds", "Golden", name + ".hex")).Trim());

    public static T Read<T>(string name)
        where T : class, IMessage<T>, new() => Wires.Read<T>(Bytes(name));
}
