using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class JsonNodesTests
{
    [Fact]
    public void Paths_are_those_of_the_configuration()
    {
        DocumentNode root = JsonNodes.Read("""{ "Services": { "catalog": { "Routes": [ {}, { "Timeout": "1s" } ] } } }""", "Mesh");

        Assert.Equal(
            ["Mesh", "Mesh:Services", "Mesh:Services:catalog", "Mesh:Services:catalog:Routes", "Mesh:Services:catalog:Routes:0",
                "Mesh:Services:catalog:Routes:1", "Mesh:Services:catalog:Routes:1:Timeout"],
            root.All().Select(node => node.Path));
        Assert.Equal("1s", root.Find("SERVICES")!.Find("Catalog")!.Find("routes")!.Find("1")!.Find("timeout")!.Value);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_fine() =>
        Assert.False(Doc.Good("{ /* off */ \"Enabled\": false, // for now\n }").Enabled);

    [Theory]
    [InlineData("""{ "Services": { "catalog": {}, "Catalog": {} } }""", "Mesh:Services:catalog", "The key is given 2 times: 'catalog', 'Catalog'.")]
    [InlineData("""{ "Enabled": true, "enabled": true, "ENABLED": true }""", "Mesh:Enabled", "The key is given 3 times: 'Enabled', 'enabled', 'ENABLED'.")]
    [InlineData("""{ "Services": { "a": { "Subsets": { "b": { "Labels": { "x": "1", "x": "1" } } } } } }""", "Mesh:Services:a:Subsets:b:Labels:x", "The key is given 2 times: 'x', 'x'.")]
    public void A_key_that_is_given_twice_is_a_fault(string json, string path, string message) =>
        Assert.Equal(new DocumentFault(path, message), Doc.Fault(json));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{ \"a\": 01 }")]
    [InlineData("{ \"a\": \"\\ud800\" }")]
    [InlineData("{ \"\\ud800\": 1 }")]
    public void What_is_not_JSON_is_one_fault(string json)
    {
        DocumentFault fault = Doc.Fault(json);

        Assert.Equal("Mesh", fault.Path);
        Assert.StartsWith("This is not JSON.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void A_document_that_says_nothing_leaves_the_defaults(string json) => Assert.Equal(Doc.Dump(new MeshSettings()), Doc.Dump(Doc.Good(json)));

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    public void A_document_must_be_an_object(string json) => Assert.Contains("and not an object", Doc.Fault(json).Message, StringComparison.Ordinal);
}
