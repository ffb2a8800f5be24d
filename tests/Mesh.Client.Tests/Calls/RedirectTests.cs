using System.Diagnostics.Metrics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Client.Tests.Grpc;
using Mesh.Client.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Mesh.Client.Tests.Calls;

/// <summary>A route's Redirect, as a client sees it that follows none.</summary>
public sealed class RedirectTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_redirect_is_an_answer_of_the_meshs_own(bool isAsync)
    {
        await using Backend backend = await Backend.StartAsync();
        await using TestMesh mesh = await StartAsync(""" "Name": "moved", "Redirect": { "Hostname": "new.example" } """, backend.Address);
        using HttpRequestMessage request = new(HttpMethod.Post, "http://catalog/items?page=2#top") { Content = new StringContent("body") };
        HttpClient client = mesh.Client("plain");

        using HttpResponseMessage response = isAsync ? await client.SendAsync(request, Cancel) : client.Send(request, Cancel);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("http://new.example/items?page=2", response.Headers.GetValues("Location").Single());
        Assert.Equal("mesh; error=proxy_internal_response; details=\"Route 'moved' redirects it: Redirect.\"", response.Headers.GetValues("Proxy-Status").Single());
        Assert.Same(request, response.RequestMessage);
        Assert.Equal("http://catalog/items?page=2#top", request.RequestUri!.OriginalString);
        Assert.Equal(0, backend.Count);
        Assert.Equal(0, mesh.InFlight());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Its_status_is_the_routes(int status)
    {
        await using TestMesh mesh = await StartAsync($$""" "Redirect": { "StatusCode": {{status}} } """, "127.0.0.1:1");

        using HttpResponseMessage response = await mesh.Client("plain").GetUriAsync("http://catalog/");

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("""{ "Scheme": "https" }""", "http://catalog/v1/items?page=2", "https://catalog/v1/items?page=2")]
    [InlineData("""{ "Scheme": "https" }""", "http://catalog:8080/v1", "https://catalog/v1")]
    [InlineData("""{ "Scheme": "https", "Port": 8443 }""", "http://catalog:8080/v1", "https://catalog:8443/v1")]
    [InlineData("""{ "Scheme": "https", "Port": 443 }""", "http://catalog/v1", "https://catalog/v1")]
    [InlineData("""{ "Scheme": "http" }""", "http://catalog:8080/v1", "http://catalog/v1")]
    [InlineData("""{ "Port": 8080 }""", "http://catalog/v1", "http://catalog:8080/v1")]
    [InlineData("""{ "Hostname": "new.example" }""", "http://catalog:8080/v1", "http://new.example:8080/v1")]
    [InlineData("""{ "Hostname": "new.example", "ReplaceFullPath": "/" }""", "http://user:secret@catalog/v1/items?page=2", "http://new.example/?page=2")]
    [InlineData("""{ "ReplaceFullPath": "/v2" }""", "http://catalog/v1/items?page=2", "http://catalog/v2?page=2")]
    [InlineData("""{ "ReplacePrefixMatch": "/v2" }""", "http://catalog/v1/items/7?page=2", "http://catalog/v2/items/7?page=2")]
    [InlineData("""{ "ReplacePrefixMatch": "/" }""", "http://catalog/v1/items", "http://catalog/items")]
    [InlineData("""{ "ReplacePrefixMatch": "/" }""", "http://catalog/v1", "http://catalog/")]
    [InlineData("""{ "ReplacePrefixMatch": "/v2" }""", "http://catalog/v1/a%2Fb%20c", "http://catalog/v2/a%2Fb%20c")]
    [InlineData("""{ "Hostname": "new.example" }""", "https+http://catalog/v1", "http://new.example/v1")]
    public async Task The_address_is_the_requests_with_parts_replaced(string redirect, string asked, string location)
    {
        await using TestMesh mesh = await StartAsync($$""" "Match": { "PathPrefix": "/v1" }, "Redirect": {{redirect}} """, "http://127.0.0.1:1");

        using HttpResponseMessage response = await mesh.Client("plain").GetUriAsync(asked);

        Assert.Equal(location, response.Headers.GetValues("Location").Single());
    }

    [Fact]
    public async Task It_is_a_call_without_an_attempt()
    {
        await using TestMesh mesh = await StartAsync(""" "Name": "moved", "Redirect": { "Hostname": "new.example" } """, "127.0.0.1:1");
        IMeterFactory meters = mesh.Services.GetRequiredService<IMeterFactory>();
        using MetricCollector<double> calls = new(meters, "Mesh.Client", "mesh.client.call.duration");
        using MetricCollector<double> attempts = new(meters, "Mesh.Client", "mesh.client.attempt.duration");

        using HttpResponseMessage response = await mesh.Client("plain").GetUriAsync("http://catalog/");

        CollectedMeasurement<double> call = Assert.Single(calls.GetMeasurementSnapshot());
        Assert.Equal(("moved", "success"), (call.Tags["mesh.route"], call.Tags["mesh.outcome"]));
        Assert.Empty(attempts.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task To_a_grpc_call_it_is_UNKNOWN()
    {
        await using TestMesh mesh = await TestMesh.StartAsync(Rules.Services(
            ("pricing", $$""" "Routes": [ { "Redirect": { "Hostname": "new.example" } } ], {{Rules.Endpoints("127.0.0.1:1")}} """)));
        using GrpcChannel channel = GrpcChannel.ForAddress("http://pricing", new GrpcChannelOptions { HttpHandler = mesh.Mesh.CreateHandler(), DisposeHttpClient = true });

        RpcException exception = await Assert.ThrowsAsync<RpcException>(
            async () => await new Pricing.PricingClient(channel).GetAsync(new PriceRequest(), cancellationToken: Cancel));

        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.Contains("redirects it", exception.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("proxy_internal_response", exception.Trailers.GetValue("proxy-status"), StringComparison.Ordinal);
    }

    private static Task<TestMesh> StartAsync(string route, string address) => TestMesh.StartAsync(Rules.Route(route, address), builder =>
        builder.Services.AddHttpClient("plain").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false }));
}
