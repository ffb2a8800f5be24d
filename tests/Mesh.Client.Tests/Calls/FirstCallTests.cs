using System.Net;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Calls;

public sealed class FirstCallTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_calls_a_service_by_name()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using TestMesh mesh = await TestMesh.StartAsync($$"""{ "Services": { "catalog": { "Endpoints": ["{{backend.Address}}"] } } }""");

        using HttpResponseMessage response = await mesh.Client().GetAsync(new Uri("http://catalog/items?q=1"), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("one", await response.Content.ReadAsStringAsync(Cancel));
        SeenRequest seen = Assert.Single(backend.Requests);
        Assert.Equal("catalog", seen.Host);
        Assert.Equal("/items", seen.Path);
        EndpointDescription endpoint = Assert.Single(Assert.Single(mesh.Mesh.Describe().Services).Endpoints);
        Assert.Equal(0, endpoint.ActiveRequests);
        Assert.NotNull(endpoint.Latency);
    }
}
