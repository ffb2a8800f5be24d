namespace Mesh.Model.Tests.Resources;

public sealed class MeshEndpointTests
{
    [Fact]
    public void A_look_up_reads_as_in_the_settings() => Assert.Equal(
        ["dns:///a:80", "dns+srv:///_http._tcp.a"],
        [
            new MeshEndpoint { Host = "a", Port = 80, Lookup = EndpointLookup.Addresses }.Address,
            new MeshEndpoint { Host = "_http._tcp.a", Port = 0, Lookup = EndpointLookup.Services }.Address,
        ]);

    [Fact]
    public void The_same_address_found_by_another_name_is_another_endpoint()
    {
        MeshEndpoint endpoint = new() { Host = "::1", Port = 80 };

        Assert.Equal(endpoint.Identity, (endpoint with { Weight = 2 }).Identity);
        Assert.NotEqual(endpoint.Identity, (endpoint with { FoundBy = "a" }).Identity);
        Assert.Equal((endpoint with { FoundBy = "A" }).Identity, (endpoint with { FoundBy = "a" }).Identity);
    }

    [Theory]
    [InlineData("127.0.0.1", 5001, "Any", "127.0.0.1:5001")]
    [InlineData("::1", 5001, "Any", "[::1]:5001")]
    [InlineData("fe80::1%eth0", 5001, "Http", "http://[fe80::1%eth0]:5001")]
    [InlineData("localhost", 7001, "Https", "https://localhost:7001")]
    [InlineData("catalog.internal", 80, "Http", "http://catalog.internal:80")]
    public void The_address_reads_as_in_a_uri(string host, int port, string scheme, string expected) =>
        Assert.Equal(expected, new MeshEndpoint { Host = host, Port = port, Scheme = Enum.Parse<EndpointScheme>(scheme) }.Address);
}
