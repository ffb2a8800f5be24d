using Mesh.Client.Sources.Xds;
using Mesh.Model;
using Mesh.Model.Xds.Wire;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class XdsNodeTests
{
    [Fact]
    public void A_process_says_who_it_is_and_which_state_of_the_mesh_it_has_seen()
    {
        Node node = XdsNode.Of(new ServiceIdentity { Name = "web", Namespace = "shop" }, "abc", new ServerState("m", 2, 17));

        Assert.Equal(("web.shop~abc", "web", "Mesh.Client"), (node.Id, node.Cluster, node.UserAgentName));
        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+$", node.UserAgentVersion);
        Assert.Equal(["xds.config.resource-in-sotw", "mesh.endpoint-patches"], node.ClientFeatures);
        Assert.Equal(("m", "2", "17"), (Text("MESH_ID"), Text("MESH_EPOCH"), Text("MESH_GENERATION")));
        Assert.False(node.Metadata.Fields.ContainsKey("VERSION"));
        Assert.Null(node.Locality);

        string Text(string field) => node.Metadata.Fields[field].StringValue;
    }

    [Fact]
    public void It_says_where_it_runs()
    {
        Node node = XdsNode.Of(new ServiceIdentity { Name = "web", Locality = new() { Region = "eu", Zone = "eu-1" } }, "abc", seen: null);

        Assert.Equal(("eu", "eu-1", ""), (node.Locality.Region, node.Locality.Zone, node.Locality.SubZone));
    }
}
