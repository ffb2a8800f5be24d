using Mesh.ConfigServer.Xds;

namespace Mesh.ConfigServer.Tests.Xds;

public sealed class ResourceNameTests
{
    [Theory]
    [InlineData("catalog", "catalog.shop h:catalog")]
    [InlineData("Catalog:8080", "h:catalog:8080 catalog.shop h:catalog")]
    [InlineData("catalog.default", "catalog.default h:catalog.default h:*.default")]
    [InlineData("a.example.com:80", "h:a.example.com:80 a.example.com h:a.example.com h:*.example.com:80 h:*.example.com h:*.com:80 h:*.com")]
    [InlineData("[::1]:80", "h:[::1]:80 [::1].shop h:[::1]")]
    [InlineData("::1", "::1.shop h:::1")]
    [InlineData("catalog:", "catalog:.shop h:catalog:")]
    public void A_listener_is_looked_up_as_clients_look_up_hosts(string text, string keys) =>
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
    public void No_name_has_keys_without_end()
    {
        Assert.InRange(ResourceName.Parse(ResourceType.Listener, string.Join('.', Enumerable.Repeat('a', 100)) + ":80", "shop").Keys.Length, 1, 30);
        Assert.InRange(ResourceName.Parse(ResourceType.Listener, string.Join('.', Enumerable.Repeat('a', 500)), "shop").Keys.Length, 1, 2);
    }

    private static string[] Keys(ResourceName name) => [.. name.Keys.Select(key => key.IsHost ? "h:" + key.Name : key.Name)];
}
