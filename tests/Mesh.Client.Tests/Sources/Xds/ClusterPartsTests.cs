using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class ClusterPartsTests
{
    private readonly Dictionary<(XdsResourceType Type, string Name), XdsResource> _resources = [];

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    public void Aggregates_may_go_sixteen_deep(int aggregates, bool isGood)
    {
        for (int i = 0; i < aggregates; i++)
        {
            Add(Foreign.Aggregate($"c{i}", $"c{i + 1}"));
        }

        Add(Foreign.Cluster($"c{aggregates}", "127.0.0.1:1"));

        ClusterParts parts = ClusterParts.Of("c0", Find);

        Assert.Equal(isGood ? 1 : 0, parts.Endpoints.Length);
        Assert.Equal(isGood, parts.Trouble is null);
        Assert.True(parts.IsWhole);
    }

    [Fact]
    public void Priorities_follow_each_other()
    {
        Add([Foreign.Aggregate("all", "a", "none", "b"), .. Foreign.Cluster("a", "127.0.0.1:1", "127.0.0.1:2"), .. Foreign.Cluster("b", "127.0.0.1:3")]);
        Find(XdsResourceType.Cluster, "none").Remove();

        Assert.Equal([0, 0, 1], ClusterParts.Of("all", Find).Endpoints.Select(endpoint => endpoint.Priority));
    }

    [Fact]
    public void A_cluster_that_may_still_come_is_waited_for()
    {
        Add([Foreign.Aggregate("all", "a", "later"), .. Foreign.Cluster("a", "127.0.0.1:1")]);

        Assert.False(ClusterParts.Of("all", Find).IsWhole);
        Assert.False(ClusterParts.Of("later", Find).IsWhole);
    }

    [Fact]
    public void A_cluster_that_is_led_to_by_many_ways_counts_once_where_it_comes_first()
    {
        for (int i = 0; i < 15; i++)
        {
            Add(Foreign.Aggregate($"a{i}", $"a{i + 1}", $"b{i + 1}"), Foreign.Aggregate($"b{i}", $"b{i + 1}", $"a{i + 1}"));
        }

        Add([.. Foreign.Cluster("a15", "127.0.0.1:1"), .. Foreign.Cluster("b15", "127.0.0.1:2")]);
        int asked = 0;

        ClusterParts parts = ClusterParts.Of("a0", (type, name) =>
        {
            asked++;
            return Find(type, name);
        });

        Assert.Equal([1, 2], parts.Endpoints.Select(endpoint => endpoint.Port));
        Assert.InRange(asked, 15, 40);
    }

    private void Add(params IMessage[] resources)
    {
        foreach (IMessage resource in resources)
        {
            Any packed = Any.Pack(resource);
            XdsResource known = Find(XdsResourceType.Find(packed.TypeUrl)!, Foreign.NameOf(resource));
            Assert.Null(known.Take(new SentResource(known.Name, "1", packed, known.Type.Parse(known.Name, packed))));
        }
    }

    private XdsResource Find(XdsResourceType type, string name)
    {
        if (!_resources.TryGetValue((type, name), out XdsResource? resource))
        {
            _resources[(type, name)] = resource = new XdsResource(type, name);
        }

        return resource;
    }
}
