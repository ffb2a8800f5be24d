namespace Mesh.Model.Tests.Resources;

public sealed class MeshEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1", 5001, "Any", "127.0.0.1:5001")]
    [InlineData("::1", 5001, "Any", "[::1]:5001")]
    [InlineData("fe80::1%eth0", 5001, "Http", "http://[fe80::1%eth0]:5001")]
    [InlineData("localhost", 7001, "Https", "https://localhost:7001")]
    [InlineData("catalog.internal", 80, "Http", "http://catalog.internal:80")]
    public void The_address_reads_as_in_a_uri(string host, int port, string scheme, string expected) =>
        Assert.Equal(expected, new MeshEndpoint { Host = host, Port = port, Scheme = Enum.Parse<EndpointScheme>(scheme) }.Address);
}
