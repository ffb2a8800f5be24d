using System.Net;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Calls;

public sealed class RouteTargetTests
{
    private static readonly Uri s_catalog = new("http://catalog/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_are_split_by_weight()
    {
        const int Calls = 2000;
        await using Backend v1 = await Backend.StartAsync("v1");
        await using Backend v2 = await Backend.StartAsync("v2");
        await using Backend other = await Backend.StartAsync("other");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", $$"""
                "Endpoints": [{ "Address": "{{v1.Address}}", "Version": "v1" }, { "Address": "{{v2.Address}}", "Version": "v2" }],
                "Routes": [{ "To": [{ "Subset": "v1", "Weight": 60 }, { "Subset": "v2", "Weight": 30 }, { "Service": "other", "Weight": 10 }, { "Subset": "v3", "Weight": 0 }] }]
                """),
            ("other", Rules.Endpoints(other.Address))));
        HttpClient client = mesh.Client();

        for (int call = 0; call < Calls; call++)
        {
            await client.GetStringAsync(s_catalog, Cancel);
        }

        // Five standard deviations of the binomial distribution.
        Assert.InRange(v1.Count, 1090, 1310);
        Assert.InRange(v2.Count, 497, 703);
        Assert.InRange(other.Count, 132, 268);
    }

    [Fact]
    public async Task A_subset_holds_the_endpoints_of_its_version_and_labels()
    {
        await using Backend plain = await Backend.StartAsync("plain");
        await using Backend canary = await Backend.StartAsync("canary");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog", $$"""
            "Endpoints": [
              { "Address": "{{plain.Address}}", "Version": "v2" },
              { "Address": "{{canary.Address}}", "Version": "v2", "Labels": { "track": "canary" } } ],
            "Subsets": { "canary": { "Version": "v2", "Labels": { "track": "canary" } }, "v2": { "Labels": { "track": "canary" } } },
            "Routes": [ { "Match": { "Path": "/canary" }, "To": [{ "Subset": "canary" }] }, { "To": [{ "Subset": "v2" }] } ]
            """)));
        HttpClient client = mesh.Client();

        for (int call = 0; call < 10; call++)
        {
            Assert.Equal("canary", await client.GetStringAsync(new Uri("http://catalog/canary"), Cancel));

            // A listed subset is what it is listed as, whatever its name.
            Assert.Equal("canary", await client.GetStringAsync(s_catalog, Cancel));
        }
    }

    [Fact]
    public async Task A_subset_that_is_not_listed_means_the_endpoints_of_that_version()
    {
        await using Backend v1 = await Backend.StartAsync("v1");
        await using Backend v2 = await Backend.StartAsync("v2");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog", $$"""
            "Endpoints": [{ "Address": "{{v1.Address}}", "Version": "v1" }, { "Address": "{{v2.Address}}", "Version": "v2" }],
            "Routes": [{ "To": [{ "Subset": "v2" }] }]
            """)));

        for (int call = 0; call < 10; call++)
        {
            Assert.Equal("v2", await mesh.Client().GetStringAsync(s_catalog, Cancel));
        }
    }

    [Fact]
    public async Task A_share_whose_subset_has_no_endpoints_fails_and_goes_nowhere_else()
    {
        await using Backend v1 = await Backend.StartAsync("v1");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(("catalog", $$"""
            "Endpoints": [{ "Address": "{{v1.Address}}", "Version": "v1" }],
            "Routes": [{ "Name": "split", "To": [{ "Subset": "v1" }, { "Subset": "v9" }] }]
            """)));
        HttpClient client = mesh.Client();
        int failed = 0;

        for (int call = 0; call < 200; call++)
        {
            try
            {
                Assert.Equal("v1", await client.GetStringAsync(s_catalog, Cancel));
            }
            catch (MeshException exception)
            {
                failed++;
                Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, exception.StatusCode);
                Assert.Equal("catalog", exception.Service);
                Assert.Equal("split", exception.Route);
                Assert.Null(exception.Endpoint);
                Assert.Equal(0, exception.Attempts);
                Assert.Contains("'v9'", exception.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(failed, 64, 136);
        Assert.Equal(200 - failed, v1.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task Another_service_gives_its_endpoints_and_never_its_routes()
    {
        await using Backend backend = await Backend.StartAsync("archive");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", "\"Routes\": [{ \"To\": [{ \"Service\": \"archive\" }] }]"),
            ("archive", Rules.Endpoints(backend.Address) + ", \"Routes\": [{ \"Match\": { \"Path\": \"/never\" } }]")));

        Assert.Equal("archive", await mesh.Client().GetStringAsync(s_catalog, Cancel));
        Assert.Equal("catalog", Assert.Single(backend.Requests).Host);
        using HttpResponseMessage own = await mesh.Client().GetAsync(new Uri("http://archive/"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, own.StatusCode);
    }

    [Fact]
    public async Task Services_may_name_each_other_in_a_circle()
    {
        await using Backend a = await Backend.StartAsync("a");
        await using Backend b = await Backend.StartAsync("b");
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("a", Rules.Endpoints(a.Address) + ", \"Routes\": [{ \"To\": [{ \"Service\": \"b\" }] }]"),
            ("b", Rules.Endpoints(b.Address) + ", \"Routes\": [{ \"To\": [{ \"Service\": \"a\" }] }]")));

        Assert.Equal("b", await mesh.Client().GetStringAsync(new Uri("http://a/"), Cancel));
        Assert.Equal("a", await mesh.Client().GetStringAsync(new Uri("http://b/"), Cancel));
    }

    [Fact]
    public async Task A_service_that_no_source_knows_has_no_endpoints()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("catalog", "\"Routes\": [{ \"To\": [{ \"Service\": \"nowhere\" }] }]")));

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetAsync(s_catalog, Cancel));

        Assert.Equal(MeshFailureReason.NoEndpoints, exception.Reason);
        Assert.Contains("'nowhere'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_that_are_all_zero_are_refused_at_start()
    {
        MeshConfigurationException fault = await Assert.ThrowsAsync<MeshConfigurationException>(() => TestMesh.StartAsync(
            Rules.Route("\"To\": [{ \"Subset\": \"v1\", \"Weight\": 0 }, { \"Subset\": \"v2\", \"Weight\": 0 }]", "127.0.0.1:1")));

        Assert.Contains("Mesh:Services:catalog:Routes:0:To", fault.Message, StringComparison.Ordinal);
    }
}
