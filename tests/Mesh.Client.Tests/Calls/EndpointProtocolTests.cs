using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Mesh.Model;

namespace Mesh.Client.Tests.Calls;

/// <summary>Endpoints that speak one protocol alone, such as the two listeners of a process that has one for each.</summary>
public sealed class EndpointProtocolTests
{
    private const int Calls = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower, "one")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher, "one")]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower, "one")]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionExact, "two")]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrHigher, "two")]
    public async Task In_plain_text_a_call_goes_where_its_protocol_is_spoken(string version, HttpVersionPolicy policy, string answer)
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartAsync("two", http2: true);
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", Service((one, EndpointProtocols.Http1), (two, EndpointProtocols.Http2)));
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        for (int call = 0; call < Calls; call++)
        {
            using HttpRequestMessage request = Request("http", version, policy);
            if (call % 2 == 0)
            {
                request.Options.Set(MeshRequestOptions.HashKey, $"key-{call}");
            }

            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);

            Assert.Equal(answer, await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task So_does_a_gRPC_call()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using Backend two = await Backend.StartGrpcAsync("two", new PricingService());
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", Service((one, EndpointProtocols.Http1), (two, EndpointProtocols.Http2)));
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        using GrpcChannel channel = GrpcChannel.ForAddress("http://catalog", new GrpcChannelOptions { HttpHandler = mesh.Mesh.CreateHandler() });
        Pricing.PricingClient client = new(channel);

        for (int call = 0; call < Calls; call++)
        {
            await client.GetAsync(new PriceRequest(), cancellationToken: Cancel);
        }

        Assert.Equal((0, Calls), (one.Count, two.Count));
    }

    [Fact]
    public async Task Where_no_endpoint_speaks_it_the_failure_says_so()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", Service((one, EndpointProtocols.Http1)));
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        MeshException failure = await Failure(mesh, "2.0");
        Assert.Equal(MeshFailureReason.NoEndpoints, failure.Reason);
        Assert.Contains("its endpoints speak HTTP/1.1 alone", failure.Message, StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1", mesh.Service().Endpoints.Single().Protocol);

        using GrpcChannel channel = GrpcChannel.ForAddress("http://catalog", new GrpcChannelOptions { HttpHandler = mesh.Mesh.CreateHandler() });
        RpcException status = await Assert.ThrowsAsync<RpcException>(async () => await new Pricing.PricingClient(channel).GetAsync(new PriceRequest(), cancellationToken: Cancel));
        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
        Assert.Contains("its endpoints speak HTTP/1.1 alone", status.Status.Detail, StringComparison.Ordinal);

        // The same address, of which the server now says something else.
        await server.PutAsync("catalog.default", Service((one, EndpointProtocols.Http2)));
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Protocol == "HTTP/2");
        failure = await Failure(mesh, "1.1");
        Assert.Contains("its endpoints speak HTTP/2 alone", failure.Message, StringComparison.Ordinal);

        await server.PutAsync("catalog.default", Service((one, EndpointProtocols.All)));
        await Eventually.Holds(() => mesh.Service().Endpoints.Single().Protocol is null);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Theory]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionExact, true, false)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionExact, false, true)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower, true, true)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher, true, true)]
    public async Task Over_TLS_an_endpoint_gets_what_both_sides_can_agree_on(string version, HttpVersionPolicy policy, bool isForHttp1, bool isForHttp2)
    {
        await using Backend one = await Backend.StartAsync("one", tls: true, certificate: TestCertificates.Catalog);
        await using Backend two = await Backend.StartAsync("two", http2: true, tls: true, certificate: TestCertificates.Catalog);
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", Service((one, EndpointProtocols.Http1), (two, EndpointProtocols.Http2)) with
        {
            LoadBalancing = new LoadBalancingSettings { Policy = BalancingPolicy.RoundRobin },
        });
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        for (int call = 0; call < Calls; call++)
        {
            using HttpRequestMessage request = Request("https", version, policy);
            using HttpResponseMessage response = await mesh.Client().SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal((isForHttp1, isForHttp2), (one.Count > 0, two.Count > 0));
    }

    [Fact]
    public async Task Health_is_asked_for_by_the_protocol_that_is_spoken()
    {
        await using Backend two = await Backend.StartAsync("two", http2: true);
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", Service((two, EndpointProtocols.Http2)) with
        {
            HealthCheck = new HealthCheckSettings { HttpPath = "/healthz" },
        });
        await using TestMesh mesh = await ServedMesh.StartAsync(server);
        using HttpRequestMessage request = Request("http", "2.0", HttpVersionPolicy.RequestVersionExact);
        (await mesh.Client().SendAsync(request, Cancel)).Dispose();

        await Eventually.Holds(() => two.Requests.Any(seen => seen.Path == "/healthz"));

        Assert.Equal("HTTP/2", two.Requests.First(seen => seen.Path == "/healthz").Protocol);
    }

    [Fact]
    public async Task Whom_to_leave_out_is_decided_among_those_that_speak_it()
    {
        await using Backend one = await Backend.StartAsync("one", Fail);
        await using Backend two = await Backend.StartAsync("two", Fail);
        await using Backend other = await Backend.StartAsync("other", http2: true);
        await using Backend another = await Backend.StartAsync("another", http2: true);
        await using AdsServer server = await AdsServer.StartAsync();
        await server.PutAsync("catalog.default", Service(
            (one, EndpointProtocols.Http1), (two, EndpointProtocols.Http1), (other, EndpointProtocols.Http2), (another, EndpointProtocols.Http2)) with
        {
            OutlierDetection = new OutlierDetectionSettings { ConsecutiveErrors = 1, BaseEjectionTime = TimeSpan.FromHours(1), MaxEjectionTime = TimeSpan.FromHours(1) },
            LoadBalancing = new LoadBalancingSettings { Policy = BalancingPolicy.RoundRobin, PanicThreshold = 60 },
        });
        await using TestMesh mesh = await ServedMesh.StartAsync(server);

        for (int call = 0; call < Calls; call++)
        {
            using HttpRequestMessage request = Request("http", "1.1", HttpVersionPolicy.RequestVersionExact);
            (await mesh.Client().SendAsync(request, Cancel)).Dispose();
        }

        Assert.Single(mesh.Logs.Of("EndpointEjected"));
        Assert.Single(mesh.Logs.Of("PanicEntered"));

        static Task Fail(Microsoft.AspNetCore.Http.HttpContext context)
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        }
    }

    private static async Task<MeshException> Failure(TestMesh mesh, string version)
    {
        using HttpRequestMessage request = Request("http", version, HttpVersionPolicy.RequestVersionExact);
        return await Assert.ThrowsAsync<MeshException>(() => mesh.Client().SendAsync(request, Cancel));
    }

    private static HttpRequestMessage Request(string scheme, string version, HttpVersionPolicy policy) =>
        new(HttpMethod.Get, $"{scheme}://catalog/") { Version = Version.Parse(version), VersionPolicy = policy };

    private static MeshService Service(params (Backend Backend, EndpointProtocols Protocols)[] endpoints) => new()
    {
        Endpoints =
        [
            .. endpoints.Select(endpoint => AdsServer.Service(endpoint.Backend.Address).Endpoints!.Value.Single() with { Protocols = endpoint.Protocols }),
        ],
    };
}
