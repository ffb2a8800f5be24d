namespace Mesh.Model.Tests.Xds;

/// <summary>Messages that protoc has encoded.</summary>
internal static class Golden
{
    public static byte[] Read(string name) => Convert.FromHexString(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Mesh.Model.Tests", "Xds", "Golden", name + ".hex")).Trim());
}
