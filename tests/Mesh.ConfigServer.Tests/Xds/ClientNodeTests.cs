using Google.Protobuf.WellKnownTypes;
using Mesh.ConfigServer.Xds;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class ClientNodeTests
{
    [Fact]
    public void What_a_client_says_of_itself_is_printable()
    {
        const string Bad = "a\u001b[2J\nb";
        const string Good = "a\\u001b[2J\\u000ab";
        ClientNode node = ClientNode.Parse(new Node { Id = Bad, Cluster = Bad, UserAgentName = Bad, UserAgentVersion = "1" });
        Assert.Equal((Good, Good, Good + " 1"), (node.Id, node.Service, node.UserAgent));

        Node withMetadata = new() { Id = "1", Metadata = new Struct() };
        foreach (string key in (string[])["SERVICE", "NAMESPACE", "VERSION"])
        {
            withMetadata.Metadata.Fields.Add(key, Value.ForString(Bad));
        }

        node = ClientNode.Parse(withMetadata);
        Assert.Equal((Good, Good.ToLowerInvariant(), Good), (node.Service, node.Namespace, node.Version));
    }

    [Fact]
    public void What_a_client_says_of_itself_is_not_long()
    {
        string text = new('\n', 10_000);
        ClientNode node = ClientNode.Parse(new Node { Id = text, Cluster = text, UserAgentName = text });
        Assert.All([node.Id, node.Service, node.UserAgent], word => Assert.InRange(word.Length, 0, 300));
    }

    [Theory]
    [InlineData("eu", "eu-1", "rack-7", "eu/eu-1/rack-7")]
    [InlineData("eu", "eu-1", "", "eu/eu-1")]
    [InlineData("", "a\n", "", "/a\\u000a")]
    [InlineData("", "", "", null)]
    public void Where_it_runs_is_told(string region, string zone, string subZone, string? told)
    {
        Node node = new() { Id = "1", Locality = new Locality { Region = region, Zone = zone, SubZone = subZone } };
        Assert.Equal(told, ClientNode.Parse(node).Locality);
        Assert.Null(ClientNode.Parse(new Node { Id = "1" }).Locality);
    }

    [Fact]
    public void No_label_passes_for_two()
    {
        string two = Key(("a", "1"), ("b", "2"));
        Assert.Equal(two, Key(("b", "2"), ("a", "1")));
        Assert.NotEqual(two, Key(("a", "1\nb=2")));
        Assert.NotEqual(two, Key(("a=1\nb", "2")));
        Assert.NotEqual(two, Key(("a", "1b2")));
        Assert.NotEqual(two, Key(("a", "11:b1:2")));
    }

    private static string Key(params (string Key, string Value)[] labels)
    {
        Struct fields = new();
        foreach ((string key, string value) in labels)
        {
            fields.Fields.Add(key, Value.ForString(value));
        }

        return ClientNode.Parse(new Node
        {
            Id = "1", Cluster = "web", Metadata = new Struct { Fields = { ["LABELS"] = Value.ForStruct(fields) } }
        }).CallerKey;
    }
}
