using System.Collections.Immutable;
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

    [Fact]
    public void Every_node_knows_its_line()
    {
        DocumentNode root = JsonNodes.Read("{\n  /* a\n comment */ \"a\": [\r\n 1,\n \"x\" ],\n\n \"b\":\n { \"c\": null } }", "Mesh");

        Assert.Equal(
            [("Mesh", 1), ("Mesh:a", 3), ("Mesh:a:0", 4), ("Mesh:a:1", 5), ("Mesh:b", 8), ("Mesh:b:c", 8)],
            root.All().Select(node => (node.Path, node.Line)));
    }

    [Fact]
    public void A_fault_has_the_line_of_its_node()
    {
        DocumentResult<MeshSettings> result = MeshDocuments.ReadSettings(JsonNodes.Read("{\n\"Enabled\": 1,\n\"a\": 1,\n\"A\": 2,\n\"Upstreams\": \"\n", "Mesh"));
        Assert.Equal(5, Assert.Single(result.Faults).Line);

        result = MeshDocuments.ReadSettings(JsonNodes.Read("{\n\"Enabled\": 1,\n\"a\": 1,\n\"A\": 2 }", "Mesh"));
        Assert.Equal([2, 4], result.Faults.Select(fault => fault.Line));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Depth_has_a_limit(int levels, bool isRead) =>
        Assert.Equal(isRead, JsonNodes.Read(new string('[', levels) + new string(']', levels), "Mesh").Fault is null);

    [Fact]
    public void An_array_may_be_many_documents()
    {
        ImmutableArray<DocumentNode> roots = JsonNodes.ReadMany("[ { \"a\": 1 },\n { \"b\": { \"c\": 2 } } ]", "");

        Assert.Equal([("", 1), ("a", 1), ("", 2), ("b", 2), ("b:c", 2)], roots.SelectMany(root => root.All()).Select(node => (node.Path, node.Line ?? 0)));
        Assert.Equal("a", Assert.Single(JsonNodes.ReadMany("{ \"a\": 1 }", "")).Children[0].Path);
        Assert.Empty(JsonNodes.ReadMany("[]", ""));
        Assert.NotNull(Assert.Single(JsonNodes.ReadMany("[] []", "")).Fault);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() => Assert.NotNull(JsonNodes.Read("{ \"a\": \"\ud800\" }", "Mesh").Fault);
}
