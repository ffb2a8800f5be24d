using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Runtime;

/// <summary>The names under which a service is called: its own, and its <c>Hosts</c>.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData("http://catalog/", "catalog")]
    [InlineData("http://CATALOG/", "catalog")]
    [InlineData("http://catalog.default/", "catalog")]
    [InlineData("http://old-catalog/", "catalog")]
    [InlineData("http://Old-Catalog:81/", "catalog")]
    [InlineData("http://shop.example.com/", "catalog")]
    [InlineData("http://catalog:8080/", "admin")]
    [InlineData("http://catalog:8081/", "catalog")]
    [InlineData("http://catalog:80/", "catalog")]
    [InlineData("http://a.catalog.internal/", "catalog")]
    [InlineData("http://a.b.catalog.internal/", "catalog")]
    [InlineData("http://a.catalog.internal:9090/", "admin")]
    [InlineData("http://x.eu.catalog.internal/", "admin")]
    [InlineData("http://admin/", "admin")]
    public async Task A_host_is_the_service_that_declares_it(string uri, string expected)
    {
        await using Backend catalog = await Backend.StartAsync("catalog");
        await using Backend admin = await Backend.StartAsync("admin");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(catalog, admin));
        HttpClient client = mesh.Client();

        // The order of calls must not matter, nor what was remembered.
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(expected, await client.GetTextAsync(uri));
            Assert.Equal("catalog", await client.GetTextAsync("http://catalog:1234/"));
            Assert.Equal("admin", await client.GetTextAsync("http://catalog:8080/"));
        }

        Assert.Contains(catalog.Requests.Concat(admin.Requests), seen => seen.Host == new Uri(uri).Authority);
    }

    [Theory]
    [InlineData("http://catalog.internal/")]
    [InlineData("http://xcatalog.internal/")]
    [InlineData("http://shop.example.org/")]
    public async Task Others_are_not(string uri)
    {
        await using Backend catalog = await Backend.StartAsync("catalog");
        await using Backend admin = await Backend.StartAsync("admin");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(catalog, admin));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync(uri));

        Assert.Equal(MeshFailureReason.UnknownHost, exception.Reason);
    }

    [Fact]
    public async Task A_host_that_moves_to_another_service_is_that_one_from_then_on()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend other = await Backend.StartAsync("other");
        await using TestMesh mesh = await TestMesh.StartAsync(Of("shop.example", "elsewhere.example"));
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://shop.example/"));

        mesh.Change(Of("elsewhere.example", "shop.example"));

        Assert.Equal("other", await mesh.Client().GetTextAsync("http://shop.example/"));

        string Of(string first, string second) => Infrastructure.Rules.Services(
            ("one", $"\"Hosts\": [\"{first}\"], {Infrastructure.Rules.Endpoints(one.Address)}"),
            ("other", $"\"Hosts\": [\"{second}\"], {Infrastructure.Rules.Endpoints(other.Address)}"));
    }

    [Fact]
    public async Task Ever_new_hosts_under_a_wildcard_are_one_service_and_not_remembered()
    {
        await using Backend catalog = await Backend.StartAsync("catalog");
        await using Backend admin = await Backend.StartAsync("admin");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules(catalog, admin));
        HttpClient client = mesh.Client();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("catalog", await client.GetTextAsync($"http://tenant-{i}.catalog.internal/"));
        }

        Assert.Equal(["admin", "catalog"], mesh.Mesh.Describe().Services.Select(service => service.Name));
    }

    private static string Rules(Backend catalog, Backend admin) => $$"""
        { "Outbound": { "UnknownHosts": "Deny" }, "Services": {
            "catalog": { "Hosts": ["old-catalog", "Shop.example.com", "*.catalog.internal"], {{Infrastructure.Rules.Endpoints(catalog.Address)}} },
            "admin": { "Hosts": ["catalog:8080", "*.catalog.internal:9090", "*.eu.catalog.internal"], {{Infrastructure.Rules.Endpoints(admin.Address)}} } } }
        """;
}
