using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class ResourceNameTests
{
    [Theory]
    [InlineData("catalog", "catalog.shop h:catalog")]
    [InlineData("Catalog:8080", "catalog.shop h:catalog h:catalog:8080")]
    [InlineData("catalog.default", "catalog.default h:catalog.default h:catalog h:*")]
    [InlineData("a.example.com:80", "a.example.com h:a.example.com h:a h:a.example.com:80 h:*")]
    public void A_listener_changes_with_what_it_may_be_found_by(string text, string keys) =>
        Assert.Equal(keys.Split(' '), Keys(ResourceName.Parse(ResourceType.Listener, text, "shop")));

    [Theory]
    [InlineData("catalog.default", "catalog.default", null)]
    [InlineData("catalog.default|canary", "catalog.default", "canary")]
    [InlineData("catalog.default|", "catalog.default", "")]
    public void A_cluster_is_a_service_or_a_subset(string text, string service, string? subset)
    {
        ResourceName name = ResourceName.Parse(ResourceType.Cluster, text, "shop");
        Assert.Equal([service], Keys(name));
        Assert.Equal(subset, name.Subset);
        Assert.Equal([text], Keys(ResourceName.Parse(ResourceType.Routes, text, "shop")));
    }

    [Fact]
    public void No_name_has_many_keys() =>
        Assert.InRange(
            Keys(ResourceName.Parse(ResourceType.Listener, string.Join('.', Enumerable.Repeat('a', 100)) + ":80", "shop")).Length, 1, 5);

    private static string[] Keys(ResourceName name) => [.. name.Keys.Select(key => key.IsHost ? "h:" + key.Name : key.Name)];
}
