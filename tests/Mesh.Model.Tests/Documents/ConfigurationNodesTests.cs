using Mesh.Model.Documents;
using Microsoft.Extensions.Configuration;

namespace Mesh.Model.Tests.Documents;

public sealed class ConfigurationNodesTests
{
    [Fact]
    public void Providers_hand_over_values_like_this()
    {
        IConfigurationRoot root = Doc.Configuration("""{ "Nothing": null, "Object": {}, "List": [], "Empty": "", "Yes": true, "Number": 1.50, "Entries": ["a", null, {}] }""");
        DocumentNode node = ConfigurationNodes.Read(root.GetSection("Mesh"), root);

        Assert.True(node.Find("Nothing")!.IsNothing);
        Assert.True(node.Find("Object")!.IsNothing);
        Assert.Equal(("", ""), (node.Find("List")!.Value, node.Find("Empty")!.Value));
        Assert.Equal(("True", "1.50"), (node.Find("Yes")!.Value, node.Find("Number")!.Value));
        Assert.True(node.Find("Entries")!.IsList);
        Assert.Equal(["Mesh:Entries:0", "Mesh:Entries:1", "Mesh:Entries:2"], node.Find("Entries")!.Children.Select(child => child.Path));
    }

    [Fact]
    public void A_section_that_is_absent_leaves_the_defaults()
    {
        DocumentResult<MeshSettings> result = Doc.ReadConfiguration(new ConfigurationBuilder().Build());

        Assert.Empty(result.Faults);
        Assert.Equal(Doc.Dump(new MeshSettings()), Doc.Dump(result.Value));
    }

    [Fact]
    public void A_section_elsewhere_keeps_its_own_path()
    {
        IConfigurationRoot root = Memory(("App:Mesh:Enabled", "perhaps"));

        DocumentResult<MeshSettings> result = MeshDocuments.ReadSettings(ConfigurationNodes.Read(root.GetSection("App:Mesh")));

        Assert.Equal("App:Mesh:Enabled", Assert.Single(result.Faults).Path);
    }

    [Fact]
    public void A_value_and_entries_in_one_place_are_a_fault()
    {
        DocumentResult<MeshSettings> result = Doc.ReadConfiguration(Memory(
            ("Mesh:Services:a:Routes:0:Retry:On", "5xx"), ("Mesh:Services:a:Routes:0:Retry:On:0", "reset")));

        Assert.Equal(
            "Mesh:Services:a:Routes:0:Retry:On: Here is a value ('5xx') and also entries (0). Give one of the two.",
            Assert.Single(result.Faults).ToString());
    }

    [Fact]
    public void An_empty_list_gives_way_to_entries_from_elsewhere()
    {
        IConfigurationRoot root = new ConfigurationBuilder()
            .AddConfiguration(Doc.Configuration("""{ "Services": { "a": { "Endpoints": [] } } }"""))
            .AddConfiguration(Doc.Configuration("""{ "Services": { "a": { "Endpoints": ["a:1"] } } }"""))
            .Build();

        Assert.Single(Doc.ReadConfiguration(root).Value!.Services[0].Endpoints!.Value);
    }

    [Fact]
    public void Depth_is_limited()
    {
        string key = string.Join(':', Enumerable.Repeat("a", 20_000));

        DocumentNode node = ConfigurationNodes.Read(Memory(("Mesh:" + key, "1")).GetSection("Mesh"));

        Assert.Equal("This is more than 64 levels deep.", node.All().Last().Fault);
        Assert.Equal(["Mesh:a"], MeshDocuments.ReadSettings(node).Faults.Select(fault => fault.Path));
    }

    private static IConfigurationRoot Memory(params (string Key, string? Value)[] pairs) =>
        new ConfigurationBuilder().AddInMemoryCollection(pairs.ToDictionary(pair => pair.Key, pair => pair.Value)).Build();
}
