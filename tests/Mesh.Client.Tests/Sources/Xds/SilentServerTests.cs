using System.Net;
using System.Net.Http.Headers;
using Mesh.Client.Tests.Infrastructure;

namespace Mesh.Client.Tests.Sources.Xds;

/// <summary>A config server that does not answer: nobody guesses in its place.</summary>
public sealed class SilentServerTests
{
    private const string Impatient = """ "FirstCallTimeout": "50ms" """;

    [Fact]
    public async Task A_first_call_fails_with_the_servers_name_and_later_ones_succeed_once_it_answers()
    {
        await using Backend backend = await Backend.StartAsync("one");
        await using AdsServer server = await AdsServer.StartAsync();
        server.IsMute = true;
        await using TestMesh mesh = await TestMesh.StartAsync(
            $$"""{ "ConfigServer": { "Addresses": ["{{server.Address}}"], {{Impatient}} } }""", ServedMesh.Configure);

        MeshException exception = await Assert.ThrowsAsync<MeshException>(() => mesh.Client().GetTextAsync("http://catalog/"));
        Assert.Equal((MeshFailureReason.ConfigServerSilent, HttpStatusCode.ServiceUnavailable, "catalog"), (exception.Reason, exception.StatusCode, exception.Service));
        Assert.Contains(server.Address, exception.Message, StringComparison.Ordinal);
        Assert.Throws<MeshException>(() => mesh.Client().SendText("http://catalog/"));
        await Eventually.Holds(() => mesh.Logged("ConfigServerSilent") == 1);

        server.IsMute = false;
        await server.PutAsync("catalog.default", backend.Address);
        await Eventually.Holds(() => mesh.Mesh.Describe().Services.Count == 1);
        Assert.Equal("one", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task A_gRPC_call_gets_UNAVAILABLE()
    {
        await using TestMesh mesh = await ServedMesh.StartAsync(["http://" + RawServer.DeadAddress()], Impatient);
        using HttpRequestMessage request = new(HttpMethod.Post, "http://pricing/shop.Pricing/Get");
        request.Version = new Version(2, 0);
        request.Content = new ByteArrayContent([0, 0, 0, 0, 0]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using HttpResponseMessage response = await mesh.Client().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Contains("config server", Assert.Single(response.Headers.GetValues("grpc-message")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_settings_know_holds_meanwhile()
    {
        await using Backend local = await Backend.StartAsync("local");
        await using Backend served = await Backend.StartAsync("served");
        await using AdsServer server = await AdsServer.StartAsync();
        server.IsMute = true;
        await using TestMesh mesh = await ServedMesh.StartAsync(server, Impatient, $$""" "Services": { "catalog": { {{Rules.Endpoints(local.Address)}} } } """);

        Assert.Equal("local", await mesh.Client().GetTextAsync("http://catalog/"));
        await Eventually.Holds(() => mesh.Logged("ConfigServerSilent") == 1);
        Assert.Contains("known from settings", mesh.Message("ConfigServerSilent"), StringComparison.Ordinal);

        server.IsMute = false;
        await server.PutAsync("catalog.default", served.Address);
        await Eventually.Holds(() => mesh.Service().EndpointsFrom == "config server");
        Assert.Equal("served", await mesh.Client().GetTextAsync("http://catalog/"));
    }

    [Fact]
    public async Task The_host_starts_without_its_upstreams()
    {
        await using AdsServer server = await AdsServer.StartAsync();
        server.IsMute = true;

        await using TestMesh mesh = await ServedMesh.StartAsync(server, Impatient, """ "Upstreams": ["catalog"] """);

        await Eventually.Holds(() => server.Requests.Any(request => request.ResourceNamesSubscribe.Contains("catalog.default")));
        Assert.Empty(mesh.Mesh.Describe().Services);
    }
}
